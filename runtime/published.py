"""Published tools: immutable versions in the database, compiled once per process."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection

from components.base import FieldType
from components.registry import Registry
from form_specs.check import check
from form_specs.conditions import Kind
from form_specs.conditions.binding import microseconds
from form_specs.digest import digest
from form_specs.language import _, speaking
from form_specs.load import load
from form_specs.migrations.lifting import touches
from form_specs.model import JsonObject, SortKey, ViewSpec
from form_specs.problem import Problem
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.hooks.arguments import passed_problems
from runtime.hooks.runner import HookRunner
from runtime.storage import jobs, tools
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.ids import IdMaker
from runtime.storage.indexes import (
    IndexedField,
    ListIndex,
    WantedIndex,
    plan_indexes,
    wanted_indexes,
    wanted_statistics,
)
from runtime.storage.predicates import Operand, operands, split_static
from runtime.storage.records import SortTerm
from runtime.storage.tools import InForce, NewVersion, Tool, ToolVersion


class PublishedMeanwhileError(Exception):
    """Somebody else published the tool since the version that a change was based on."""

    def __init__(self, version: int) -> None:
        super().__init__(_("Version %(number)s was published meanwhile", number=version))
        self.version = version


class BetweenVersionsError(Exception):
    """A tool is on its way from one version to another: one change at a time."""


class MigrationRunningError(BetweenVersionsError):
    """Records of the tool follow it to another version just now."""

    def __init__(self, job_id: int) -> None:
        super().__init__(_("Records of this tool are being migrated; publish when that has ended"))
        self.job_id = job_id


class PilotRunningError(BetweenVersionsError):
    """Some work by another version of the tool just now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _(
                "Version %(number)s is on trial with some people; give it to all or take it back first",
                number=version,
            )
        )
        self.version = version


log = logging.getLogger("opswright.published")


class InvalidSpecError(ValueError):
    """A spec that cannot be published; `problems` says all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"The spec has {len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publish did: the version in force, and whether it is a new one."""

    tool: CompiledTool
    is_new: bool


class Published:
    """The tools in force.  Compiled versions never change, so they are kept for good."""

    def __init__(
        self,
        db: Database,
        registry: Registry,
        ids: IdMaker,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        hooks: HookRunner | None = None,
    ) -> None:
        self._hooks = hooks or HookRunner.none()
        self._db = db
        self._registry = registry
        self._ids = ids
        self._clock = clock
        self._compiled: dict[tuple[int, int, str], CompiledTool] = {}
        self._followed: dict[tuple[int, int, str], CompiledTool] = {}
        self._unusable: dict[tuple[int, int], str] = {}
        self._compiling = Lock()

    def tool(self, conn: Connection, key: str) -> CompiledTool | None:
        """The version of a tool that is in force now, or none."""
        return next((tool for tool in self.tools(conn) if tool.key == key), None)

    def tools(
        self, conn: Connection, locale: str = "", spoken: Collection[str] = ()
    ) -> list[CompiledTool]:
        """All tools in force, as `tools_for` gives them to who is in no pilot."""
        return self.tools_for("", conn, tools.in_force(conn), locale, spoken)

    def tools_for(
        self,
        name: str,
        conn: Connection,
        in_force: Iterable[InForce],
        locale: str = "",
        spoken: Collection[str] = (),
    ) -> list[CompiledTool]:
        """The tools in force, in the versions that somebody works by, ordered by title.

        Those that speak the language `locale` do so.  The others keep their texts and write numbers
        and dates by it, where it is one that any of them or the program itself (`spoken`) speaks.
        """
        found = [self._usable_for(name, conn, tool) for tool in in_force]
        usable = [tool for tool in found if tool]
        # Others are not compiled for: who may name any language would fill the memory.
        if locale in spoken or any(locale in tool.spec.locales for tool in usable):
            usable = [self._said_in(conn, tool, locale) for tool in usable]
        return sorted(usable, key=lambda tool: tool.spec.title)

    def at_least(self, conn: Connection, tool: CompiledTool, wanted: int) -> CompiledTool:
        """The version of a tool by which a record is worked on, in the language of `tool`.

        Who has the version on trial has it for all records.
        """
        if wanted <= tool.version:
            return tool
        found = self._usable(conn, tool.tool_id, wanted, settling=False)
        return self._said_in(conn, found, tool.spec.locale) if found else tool

    def version(self, conn: Connection, tool_id: int, number: int) -> CompiledTool:
        """Any version of a tool, compiled."""
        return self._version(conn, tool_id, number)

    def former(self, conn: Connection, tool: CompiledTool, number: int) -> CompiledTool | None:
        """Another version of a tool for the same readers; none where this program cannot run it."""
        try:
            found = self._version(conn, tool.tool_id, number)
            return self._said_in(conn, found, tool.spec.locale)
        except StorageError:
            raise
        except Exception:
            log.exception("version %d of tool %d cannot be read", number, tool.tool_id)
            return None

    def broken(self, conn: Connection) -> list[tuple[str, str]]:
        """(key, reason) of each tool in force that this program cannot run, such as after a plugin went."""
        found = (
            (tool.key, self._unusable.get((tool.tool_id, version)))
            for tool in tools.in_force(conn)
            for version in (tool.version, tool.pilot)
        )
        return [(key, reason) for key, reason in found if reason is not None]

    def _usable_for(self, name: str, conn: Connection, tool: InForce) -> CompiledTool | None:
        """The version that somebody works by; that of all others where a pilot's cannot be run."""
        wanted = tool.version_for(name)
        found = self._usable(conn, tool.tool_id, wanted, settling=tool.settling)
        if found is None and wanted != tool.version:
            found = self._usable(conn, tool.tool_id, tool.version, settling=tool.settling)
        return found

    def _usable(
        self, conn: Connection, tool_id: int, version: int, *, settling: bool
    ) -> CompiledTool | None:
        """The tool, or none where it cannot be run: that is no reason for the others to stand still."""
        if (tool_id, version) in self._unusable:
            return None
        try:
            found = self._version(conn, tool_id, version)
            return self._following(conn, found) if settling else found
        except StorageError:
            raise
        except Exception as error:
            log.exception("version %d of tool %d cannot be run", version, tool_id)
            self._unusable[tool_id, version] = f"Version {version} cannot be run: {error}"
            return None

    def _said_in(self, conn: Connection, tool: CompiledTool, locale: str) -> CompiledTool:
        """A usable tool for people of a language; as it is written where that cannot be done."""
        if locale == tool.spec.locale:
            return tool
        try:
            found = self._version(conn, tool.tool_id, tool.version, locale)
            settling = any(form.lifted for form in tool.forms.values())
            return self._following(conn, found) if settling else found
        except StorageError:
            raise
        except Exception:
            log.exception("tool %d cannot be said in %s", tool.tool_id, locale)
            return tool

    def _version(
        self, conn: Connection, tool_id: int, version: int, locale: str = ""
    ) -> CompiledTool:
        """A version compiled for people of a language; without `locale` as it is written."""
        known = self._compiled.get((tool_id, version, locale))
        if known is not None:
            return known
        with self._compiling:
            known = self._compiled.get((tool_id, version, locale))
            if known is None:
                document = _stored(conn, tool_id, version).document
                known = self._compile(conn, tool_id, version, document, locale)
                self._compiled[tool_id, version, locale] = known
        return known

    def _following(self, conn: Connection, tool: CompiledTool) -> CompiledTool:
        """The tool as long as records still follow it to this version."""
        known = self._followed.get((tool.tool_id, tool.version, tool.spec.locale))
        if known is None:
            migration = tools.migrations(conn, tool.tool_id)[tool.version]
            touched = touches(migration, tool.spec)
            known = tool.following(
                {key: tool.forms[key].with_readers(keys) for key, keys in touched.items()}
            )
            self._followed[tool.tool_id, tool.version, tool.spec.locale] = known
        return known

    def _compile(
        self,
        conn: Connection,
        tool_id: int,
        version: int,
        document: JsonObject,
        locale: str = "",
    ) -> CompiledTool:
        # Whoever asks first, what is kept is said in the language of the product.
        with speaking(None):
            return self._built(conn, tool_id, version, document, locale)

    def _built(
        self, conn: Connection, tool_id: int, version: int, document: JsonObject, locale: str
    ) -> CompiledTool:
        tool = CompiledTool.build(
            document,
            self._registry,
            tool_id=tool_id,
            version=version,
            form_ids=tools.forms(conn, tool_id),
            locale=locale,
        )
        for form in tool.forms.values():
            form.compile_conditions()
        return tool

    def publish(
        self, document: JsonObject, by: str, note: str = "", *, based_on: int | None = None
    ) -> Publication:
        """Makes a checked document the version in force, with its tables; data stays as it is.

        Publishing what is in force already changes nothing.  `based_on` is the version that the
        change started from.  Raises `InvalidSpecError`, `PublishedMeanwhileError`,
        `BetweenVersionsError`.
        """
        self.demand_right(document)
        with self._db.write() as conn:
            tool = self._tool_row(conn, document)
            if based_on is not None and based_on != (tool.current_version or 0):
                raise PublishedMeanwhileError(tool.current_version or 0)
            new = digest(document)
            if tool.current_version:
                current = _stored(conn, tool.id, tool.current_version)
                if current.info.digest == new:
                    return Publication(self._version(conn, tool.id, tool.current_version), False)
            demand_quiet(conn, tool)
            made = NewVersion(document, new, str(document["title"]), by, note)
            return Publication(self._put_in_force(conn, tool.id, made), True)

    def demand_right(self, document: JsonObject) -> None:
        """Raises `InvalidSpecError` where a document may not be put in force."""
        found = [
            *check(document, self._registry.catalog()),
            *passed_problems(document, self._hooks),
        ]
        problems = [problem for problem in found if problem.severity == "error"]
        if problems:
            raise InvalidSpecError(problems)

    def follow(self, conn: Connection, tool_id: int, made: NewVersion, job_id: int) -> int:
        """Puts a version in force whose records wait with lifted documents; its number.

        For the job that prepared them, in its transaction.
        """
        version = self._put_in_force(conn, tool_id, made).version
        tools.settling(conn, tool_id, job_id, migrated=version)
        return version

    def put_on_trial(self, conn: Connection, tool: Tool, made: NewVersion) -> CompiledTool:
        """Makes a version, with its tables and indexes, that only a pilot gives to people."""
        version = self._made(conn, tool.id, made, tools.put_on_trial)
        plan_for(conn, version, self._version(conn, tool.id, tool.current_version))
        return version

    def _put_in_force(self, conn: Connection, tool_id: int, made: NewVersion) -> CompiledTool:
        version = self._made(conn, tool_id, made, tools.publish)
        plan_for(conn, version)
        return version

    def _made(
        self,
        conn: Connection,
        tool_id: int,
        made: NewVersion,
        make: Callable[[Connection, int, NewVersion, int], int],
    ) -> CompiledTool:
        document = dict(made.document)
        tools.ensure_forms(conn, tool_id, load(document).forms)
        version = make(conn, tool_id, made, microseconds(self._clock()))
        # Not kept yet: the transaction may still fail, and the number be given to another.
        return self._compile(conn, tool_id, version, document)

    def _tool_row(self, conn: Connection, document: JsonObject) -> Tool:
        key = str(document["key"])
        found = tools.by_key(conn, key)
        if found is not None:
            return found
        return tools.add(
            conn, self._ids.next(), key, str(document["title"]), microseconds(self._clock())
        )


MIGRATION = "migration"
"""The kind of the jobs by which records follow their tool."""


def demand_quiet(conn: Connection, tool: Tool) -> None:
    """Raises `BetweenVersionsError` while records follow a tool to another version, or some work by one."""
    for job in jobs.active(conn, MIGRATION):
        if job.arguments["tool"] == tool.key:
            raise MigrationRunningError(job.id)
    if tool.pilot_version:
        raise PilotRunningError(tool.pilot_version)


def plan_for(conn: Connection, *versions: CompiledTool) -> None:
    """Notes the indexes that versions of a tool want together."""
    asked: dict[int, list[WantedIndex]] = {}
    for tool in versions:
        for form in tool.forms.values():
            asked.setdefault(form.form_id, []).extend(wanted(form))
    for form_id, indexes in asked.items():
        plan_indexes(conn, form_id, indexes)


def _stored(conn: Connection, tool_id: int, version: int) -> ToolVersion:
    found = tools.version(conn, tool_id, version)
    if found is None:
        raise LookupError(f"version {version} of tool {tool_id} is not in the database")
    return found


def wanted(form: CompiledForm) -> tuple[WantedIndex, ...]:
    """The indexes that a form's fields and views ask for."""
    fields = [
        IndexedField(key, field.sort_path, field.kind, unique=field.spec.unique)
        for key, field in form.fields.items()
        if (field.spec.index or field.spec.unique or field.spec.link) and indexable(field)
    ]
    views = [ListIndex("home", None, _LATEST), *(list_index(form, v) for v in form.views.values())]
    found = wanted_indexes(form.form_id, fields, views)
    asked = [pair for index in found for pair in index.columns]
    for condition in (*form.rows.values(), *form.view_filters.values()):
        asked += operands(condition.predicate) if condition else ()
    return (*found, *wanted_statistics(asked))


_LATEST = SortTerm(("@updated_at",), Kind.INTEGER, descending=True)

_LONGEST_INDEXED = 600
"""Characters of a text in an index: PostgreSQL takes entries of some 2,700 bytes, four a character."""


def indexable(field: FieldType) -> bool:
    """Whether every value of a field fits into an index; one that did not could not be saved."""
    longest = field.spec.schema.get("maxLength")
    if not field.free_text:
        return True
    return isinstance(longest, int) and longest <= _LONGEST_INDEXED


def list_index(form: CompiledForm, view: ViewSpec) -> ListIndex:
    """What a view's page query asks of an index."""
    condition = form.view_filters[view.key]
    static = split_static(condition.predicate)[0] if condition else None
    fits = {key for key, field in form.fields.items() if indexable(field)}
    first = next(iter(view.sort), None)
    sorts = first is not None and (first.field in fits or first.field.startswith("@"))
    sort = sort_term(form, first) if first is not None and sorts else None
    quick = tuple(
        form.operands.operand(key)
        for key in view.quick_filters
        if key in fits or key.startswith("@")
    )
    return ListIndex(view.key, static, sort, quick, _asked_of_rows(form))


def _asked_of_rows(form: CompiledForm) -> tuple[Operand, ...]:
    """What the roles' conditions on rows compare, as far as it fits into an index."""
    fits = {key for key, field in form.fields.items() if indexable(field)}
    asked = {
        pair
        for condition in form.rows.values()
        if condition is not None
        for pair in operands(condition.predicate)
    }
    return tuple(
        (path, kind) for path, kind in sorted(asked) if path[0] in fits or path[0].startswith("@")
    )


def sort_term(form: CompiledForm, key: SortKey) -> SortTerm:
    """A sort key as the storage takes it."""
    path, kind = form.operands.operand(key.field)
    return SortTerm(path, kind, key.descending)
