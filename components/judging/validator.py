"""The validator behind the judge: patterns without a way to explode, references into the schema only."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import jsonschema_rs

from form_specs.checks.patterns import MATCHING


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"'{uri}' leads out of the schema")


def engine(
    schema: Mapping[str, Any],
    keywords: Mapping[str, Callable[..., Any]] | None = None,
    registry: jsonschema_rs.Registry | None = None,
) -> jsonschema_rs.Validator:
    """The validator that gives the verdict; raises `ValueError` for what is no schema of ours.

    `keywords` are those that Python judges; `registry` holds what else may be referred to.
    """
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        validate_formats=True,
        pattern_options=MATCHING,
        retriever=_refuse,
        registry=registry,
        keywords=None if keywords is None else dict(keywords),  # type: ignore[arg-type]
    )
