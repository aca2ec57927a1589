"""What an action, a step of a test or of a migration can set a field to."""

from builder.parts.does import choices_of
from components.registry import Registry
from form_specs.load import field_spec
from form_specs.model import Choice


def test_the_teams_of_whoever_looks_are_no_value_of_a_field():
    property_ = {"type": "string", "title": "Team", "x-ops": {"type": "team"}}
    teams = (Choice("risk", "Risk"), Choice("legal", "Legal"))
    field = Registry.discover().field(field_spec("team", property_, required=False, teams=teams))
    assert choices_of(field) == [("risk", "Risk"), ("legal", "Legal")]
