"""The example tools that come with Opswright: each a spec in a file of this folder."""

from functools import cache
from importlib.resources import files

from form_specs.exact_json import loads
from form_specs.model import JsonObject


@cache
def example_tools() -> dict[str, JsonObject]:
    """Every example by its key; shared, so nobody changes one in place."""
    found: list[JsonObject] = [
        loads(file.read_text("utf-8"))
        for file in files(__name__).iterdir()
        if file.name.endswith(".json")
    ]
    return {str(document["key"]): document for document in found}
