# Everything a developer runs.  Each target prepares what it needs and skips what is done.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# A stamp is newer than what it was made from, or is made again.
PRODUCT := .venv/installed-product
DEV := .venv/installed-dev

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check coverage format pictures assets assets-watch lock venv

help:  ## show this
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

setup: $(DEV) assets  ## everything for working on Opswright, in .venv

demo: $(PRODUCT) assets  ## the product with an example tool and 5,000 records, on http://127.0.0.1:8000
	@exec $(BIN)/opswright demo

run: $(PRODUCT) assets  ## the product as it is configured (OPSWRIGHT_...)
	@exec $(BIN)/opswright serve

test: $(DEV) assets  ## all tests, on real databases and in a real browser
	@.ci/services
	$(BIN)/pytest -n 2 --dist loadfile -m "not serial"
	$(BIN)/pytest -m serial || [ $$? -eq 5 ]

check: $(DEV)  ## format, lint, types, layers, dead code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates components
	$(BIN)/vulture
	$(BIN)/deptry .

coverage: $(DEV) assets  ## all tests, and which lines they never reach
	@.ci/services
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

format: $(DEV)  ## put code and templates into their one form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates components || true

pictures: $(DEV) assets  ## make the README's pictures anew, from a demo
	@$(BIN)/python -m tests.journeys.pictures

assets: | $(PRODUCT)  ## bundle CSS, scripts, icons and fonts, if any changed
	@$(BIN)/python hatch_build.py

assets-watch: | $(PRODUCT)  ## bundle again at each change
	@$(BIN)/python hatch_build.py --watch

lock: | $(PRODUCT)  ## write the lock files anew from pyproject.toml
	$(PIP) install uv==0.13.9
	$(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(LOCK) --upgrade -c requirements.lock --group build -o requirements-build.lock
	$(LOCK) --upgrade -c requirements.lock -c requirements-build.lock --group dev pyproject.toml \
		-o requirements-dev.lock

venv:
	@.ci/venv

$(PRODUCT): requirements.lock requirements-build.lock pyproject.toml | venv
	@echo "Installing Opswright into .venv (a minute or two the first time)"
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(BIN)/python hatch_build.py
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(PRODUCT)
	@echo "Installing the developers' tools into .venv"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
