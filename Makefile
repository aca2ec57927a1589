# Everything a developer runs.  Each target prepares what it needs and skips what is done.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# Whatever the environment says, compiled code is kept: a start that compiles first takes three
# times as long, and the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE
PACKAGES := opswright builder runtime components form_specs

# A stamp is newer than what it was made from, or is made again.
PRODUCT := .venv/installed-product
DEV := .venv/installed-dev
PEERS := .venv/installed-peers

# Twice as many workers as a small machine has cores: half of the time tests wait for a browser, a
# server or a clock.
WORKERS := 4
# What failed beside a thousand others is run again with the machine to itself, and is red if it
# fails again: a browser that was starved for a minute is no fault of the product.
AGAIN := $(BIN)/pytest --last-failed --last-failed-no-failures none

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check coverage benchmark format texts pictures assets assets-watch \
	compiled lock venv

help:  ## show this
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

setup: $(DEV) assets compiled  ## everything for working on Opswright, in .venv

demo: $(PRODUCT) assets compiled  ## the product with an example tool and 5,000 records, on http://127.0.0.1:8000
	@exec $(BIN)/opswright demo

run: $(PRODUCT) assets compiled  ## the product as it is configured (OPSWRIGHT_...)
	@exec $(BIN)/opswright serve

test: $(DEV) assets compiled  ## all tests, on real databases and in a real browser
	@.ci/services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder || $(AGAIN)

check: $(DEV)  ## format, lint, types, layers, dead code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates components
	$(BIN)/vulture
	$(BIN)/deptry .

coverage: $(DEV) assets compiled  ## all tests, and which lines they never reach
	@.ci/services
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

benchmark: $(PEERS) assets compiled  ## how fast it is beside itself and its peers; ARGS="--only list" for less
	@$(BIN)/python -m benchmarks $(ARGS)

format: $(DEV)  ## put code and templates into their one form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates components || true

texts: $(DEV)  ## bring the translations up to date with the texts in the code
	$(BIN)/pybabel -q extract -F babel.cfg -o .venv/texts.pot --no-wrap --sort-by-file \
		--project=Opswright -k counted:1,2 -k plural:1,2 -k marked \
		-k marked_plural:1,2 --ignore-dirs=".* node_modules dist tests benchmarks" .
	for file in runtime/web/translations/*.po; do \
		$(BIN)/pybabel -q update -i .venv/texts.pot -o $$file -l $$(basename $$file .po) \
			--no-fuzzy-matching --ignore-obsolete --no-wrap; done

pictures: $(DEV) assets  ## make the README's pictures anew, from a demo
	@$(BIN)/python -m tests.journeys.pictures

assets: | $(PRODUCT)  ## bundle CSS, scripts, icons and fonts, if any changed
	@$(BIN)/python hatch_build.py

assets-watch: | $(PRODUCT)  ## bundle again at each change
	@$(BIN)/python hatch_build.py --watch

compiled: | $(PRODUCT)
	@$(BIN)/python -m compileall -q $(PACKAGES)

lock: | $(PRODUCT)  ## write the lock files anew from pyproject.toml
	$(PIP) install uv==0.13.9
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade -c requirements.lock --group build -o requirements-build.lock
	$(LOCK) --upgrade -c requirements.lock -c requirements-build.lock --group dev pyproject.toml \
		-o requirements-dev.lock
	$(LOCK) --upgrade -c requirements-dev.lock --group benchmarks -o requirements-benchmarks.lock

venv:
	@.ci/venv

$(PRODUCT): requirements.lock requirements-build.lock pyproject.toml | venv
	@echo "Installing Opswright into .venv (a minute or two the first time)"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock -r requirements-build.lock
	@$(BIN)/python hatch_build.py
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(PRODUCT)
	@echo "Installing the developers' tools into .venv"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(PEERS): requirements-benchmarks.lock $(DEV)
	@echo "Installing what the benchmarks compare with into .venv"
	@$(PIP) install --no-deps --require-hashes -r requirements-benchmarks.lock
	@touch $@
