"""A migration made ready: checked against both versions, with the way of each record compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from components.registry import Registry
from form_specs.conditions import Env
from form_specs.migrations import compiled
from form_specs.model import JsonObject
from runtime.compiling.tool import CompiledTool
from runtime.migrating.lifting import FormLift, Stage
from runtime.published import Published
from runtime.storage import tools
from runtime.storage.records import StoredRecord

ACTOR = "migration"


@dataclass(frozen=True)
class Plan:
    """How the records of a tool follow it from the version in force to the next."""

    old: CompiledTool
    new: CompiledTool
    document: JsonObject
    migration: JsonObject
    stages: tuple[Stage, ...]
    """All migrations that a record may have to go through, the new one last."""
    env: Env = field(default_factory=lambda: Env(ACTOR, frozenset(), datetime.now(UTC)))

    @property
    def key(self) -> str:
        return self.new.key

    @cached_property
    def forms(self) -> Mapping[str, int]:
        """The forms whose records may change, with their numbers."""
        return {key: self.old.forms[key].form_id for key in self.stages[-1].forms}

    @cached_property
    def _ways(self) -> dict[tuple[str, int], FormLift]:
        return {}

    def way(self, form: str, record: StoredRecord) -> FormLift:
        """The way of a record: through each migration since the version it was written under."""
        left = sum(stage.new.version > record.spec_version for stage in self.stages)
        found = self._ways.get((form, left))
        if found is None:
            stages = tuple(s for s in self.stages[-max(left, 1) :] if form in s.new.forms)
            found = self._ways[form, left] = FormLift(form, stages, self.env)
        return found


class Planner:
    """Makes plans; knows the versions of tools and the types in them."""

    def __init__(self, published: Published, registry: Registry) -> None:
        self._published = published
        self._registry = registry

    def plan(self, conn: Connection, document: JsonObject, migration: JsonObject) -> Plan:
        """The plan of a checked spec and a checked migration to it from the version in force."""
        tool = tools.by_key(conn, str(document["key"]))
        if tool is None or not tool.current_version:
            raise LookupError(f"there is no published tool '{document['key']}'")
        old = self._published.version(conn, tool.id, tool.current_version)
        known = tools.forms(conn, tool.id)
        numbers = {str(form["key"]): 0 for form in document["forms"]} | known  # type: ignore[union-attr,index,call-overload]
        new = CompiledTool.build(
            document,
            self._registry,
            tool_id=tool.id,
            version=tool.newest_version + 1,
            form_ids=numbers,
        )
        migration = migration | {"to": new.version}
        stages = [*self._stages(conn, tool.id), self._stage(old, new, migration)]
        return Plan(old, new, document, migration, tuple(stages))

    def _stage(self, old: CompiledTool, new: CompiledTool, migration: JsonObject) -> Stage:
        return Stage(old, new, compiled(migration, old.spec, new.spec, self._registry.catalog()))

    def _stages(self, conn: Connection, tool_id: int) -> list[Stage]:
        """The migrations that led to the version in force."""
        return [
            self._stage(
                self._published.version(conn, tool_id, int(migration["from"])),
                self._published.version(conn, tool_id, number),
                migration,
            )
            for number, migration in tools.migrations(conn, tool_id).items()
        ]
