"""The envelopes of the API: what bodies and query parameters hold, and what is answered."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from components.values import InvalidValueError
from components.values.texts import clean_text
from runtime.gate.change import LONGEST_REMARK

MAX_LIMIT: Final = 200
MAX_COMMENT: Final = LONGEST_REMARK
_DIGITS: Final = re.compile(r"[0-9]{1,9}")


class Strict(Schema):
    """Whatever is not named is a mistake."""

    class Meta:
        unknown = RAISE


class PlainText(fields.String):
    """Text without control characters, in lines."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return clean_text(text, lines=True)
        except InvalidValueError as error:
            raise ValidationError(str(error)) from error


class Digits(fields.Integer):
    """A whole number of a query parameter: ASCII digits only."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not isinstance(value, str) or not _DIGITS.fullmatch(value):
            raise ValidationError("Write a whole number in digits")
        return int(value)


class Flag(fields.Boolean):
    """`true` or `false` of a query parameter."""

    truthy = {"true"}  # noqa: RUF012 - what the base class declares
    falsy = {"false"}  # noqa: RUF012


# -- what is sent ---------------------------------------------------------------------------


class RecordBody(Strict):
    data = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "Values by field key; in a PATCH, null takes a value away"},
    )


class TransitionBody(Strict):
    data = fields.Dict(
        keys=fields.String(), metadata={"description": "Values that are set on the way"}
    )
    comment = PlainText(validate=validate.Length(max=MAX_COMMENT))


class ActionBody(Strict):
    """Actions take nothing so far."""


class CommentBody(Strict):
    body = PlainText(required=True, validate=validate.Length(min=1, max=MAX_COMMENT))


class HistoryQuery(Strict):
    limit = Digits(load_default=50, validate=validate.Range(1, MAX_LIMIT))
    cursor = fields.String(
        validate=validate.Length(max=13),
        metadata={"description": "`next_cursor` of the page before"},
    )


class RecordsQuery(Strict):
    filter = fields.List(
        fields.String(validate=validate.Length(max=20_000)),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={
            "description": "`field:op:value[,value]`, or a condition as JSON; all of them must hold"
        },
    )
    sort = fields.String(
        validate=validate.Length(max=500),
        metadata={"description": "Field keys parted by commas; `-` before one: descending"},
    )
    q = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"description": "Words that the record holds"},
    )
    cursor = fields.String(
        validate=validate.Length(max=4_000),
        metadata={"description": "`next_cursor` or `previous_cursor` of another page of this list"},
    )
    batch = fields.String(
        validate=validate.Length(equal=13),
        metadata={"description": "Only records that came by this batch, or were changed by it"},
    )
    limit = Digits(load_default=50, validate=validate.Range(1, MAX_LIMIT))
    count = Flag(load_default=False, metadata={"description": "Whether to count, up to 1,000"})


class ImportQuery(Strict):
    name = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"description": "What people read of the batch"},
    )
    key = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={
            "description": "A unique field, or `@id`: rows that are known by it change records"
        },
    )
    clear = Flag(
        load_default=False,
        metadata={"description": "Whether empty cells take values of known records away"},
    )
    ignore_unknown = Flag(
        load_default=False,
        metadata={"description": "Whether columns that are no fields are left out, not refused"},
    )
    dry_run = Flag(
        load_default=False, metadata={"description": "Say what would become of it; write nothing"}
    )


class BatchesQuery(Strict):
    limit = Digits(load_default=50, validate=validate.Range(1, MAX_LIMIT))
    cursor = fields.String(
        validate=validate.Length(max=13),
        metadata={"description": "`next_cursor` of the page before"},
    )


class RevertQuery(Strict):
    force = Flag(
        load_default=False, metadata={"description": "Whether also what was changed since goes"}
    )


class ChoicesQuery(Strict):
    q = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Part of what people read"},
    )
    depends = fields.List(
        fields.String(validate=validate.Length(max=200)),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "What the field of `dependsOn` holds"},
    )
    limit = Digits(load_default=50, validate=validate.Range(1, MAX_LIMIT))


# -- what is answered -----------------------------------------------------------------------


class Warned(Schema):
    message = fields.String(required=True)
    pointer = fields.String(metadata={"description": "JSON pointer into the record's data"})


class Record(Schema):
    id = fields.String(
        required=True, metadata={"description": "13 letters and digits, in order of time"}
    )
    title = fields.String(required=True)
    data = fields.Dict(keys=fields.String(), required=True)
    masked = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Fields that hold a value which you may not read"},
    )
    state = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True, metadata={"description": "Goes up with each change"})
    spec_version = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    updated_at = fields.DateTime(required=True)
    updated_by = fields.String(required=True)
    warnings = fields.List(
        fields.Nested(Warned),
        metadata={"description": "What rules warn of, where they do; not in lists"},
    )


class Count(Schema):
    number = fields.Integer(required=True)
    capped = fields.Boolean(required=True, metadata={"description": "Whether there are more"})


class RecordList(Schema):
    records = fields.List(fields.Nested(Record), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    previous_cursor = fields.String(required=True, allow_none=True)
    count = fields.Nested(Count)


class Choice(Schema):
    key = fields.String(required=True, metadata={"description": "What is stored"})
    title = fields.String(required=True)
    note = fields.String(required=True, metadata={"description": "Tells two of one title apart"})
    color = fields.String(required=True)


class ChoiceList(Schema):
    choices = fields.List(fields.Nested(Choice), required=True)
    complete = fields.Boolean(
        required=True, metadata={"description": "Whether that is all; else ask for less with `q`"}
    )
    problem = fields.String(
        required=True, metadata={"description": "Why there is less than there should be"}
    )


class Event(Schema):
    id = fields.String(required=True)
    op = fields.String(required=True)
    at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    version = fields.Integer(required=True)
    spec_version = fields.Integer(required=True)
    data = fields.Dict(
        required=True, metadata={"description": "`diff` holds [before, after] by field key"}
    )


class EventList(Schema):
    events = fields.List(fields.Nested(Event), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class BatchProblem(Schema):
    row = fields.Integer(
        allow_none=True, metadata={"description": "Of the file, the headings are row 1"}
    )
    record = fields.String(allow_none=True, metadata={"description": "That was left as it is"})
    field = fields.String(allow_none=True)
    message = fields.String(required=True)


class Batch(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "`import` or `revert`"})
    status = fields.String(
        required=True,
        metadata={"description": "draft, waiting, running, done, failed or cancelled"},
    )
    rows = fields.Integer(allow_none=True)
    done = fields.Integer(
        required=True, metadata={"description": "How many rows were gone through"}
    )
    message = fields.String(required=True)
    created_by = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    added = fields.Integer()
    updated = fields.Integer()
    same = fields.Integer(metadata={"description": "Rows that said nothing new"})
    rejected = fields.Integer()
    deleted = fields.Integer()
    undone = fields.Integer(metadata={"description": "Records that got their old values"})
    kept = fields.Integer(metadata={"description": "Records that were left as they are"})
    problems = fields.List(
        fields.Nested(BatchProblem), metadata={"description": "Of the first 100; not in lists"}
    )


class BatchList(Schema):
    batches = fields.List(fields.Nested(Batch), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class Comment(Schema):
    id = fields.String(required=True)
    author = fields.String(required=True)
    at = fields.DateTime(required=True)
    body = fields.String(required=True)


class CommentList(Schema):
    comments = fields.List(fields.Nested(Comment), required=True)


class ToolSummary(Schema):
    key = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    version = fields.Integer(required=True)


class ToolList(Schema):
    tools = fields.List(fields.Nested(ToolSummary), required=True)


class Tool(ToolSummary):
    forms = fields.List(fields.Dict(), required=True)
    views = fields.List(fields.Dict(), required=True)
    actions = fields.List(fields.Dict(), required=True)


class Fault(Schema):
    pointer = fields.String(metadata={"description": "JSON pointer into the request's body"})
    parameter = fields.String(metadata={"description": "Name of the query parameter"})
    code = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Schema):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(Fault))
