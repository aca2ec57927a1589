"""The query of a list in its address: `?filter=network:in:visa&sort=-due_by&q=words`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from flask import request

from form_specs.language import _
from form_specs.model import JsonObject, SortKey
from runtime.access import FormAccess
from runtime.filters import BARE, LISTED, PAIRED, format_filter, parse_filter
from runtime.reading import ListRequest, QueryError
from runtime.storage.ids import decode_id
from runtime.web.contexts import Hidden
from runtime.web.site.addresses import own_path

PAGE_SIZE = 50
_LONGEST_SEARCH = 200


@dataclass(frozen=True)
class ListAddress:
    """What stands in the address of a list, as texts; makes the addresses next to it."""

    path: str
    filters: tuple[str, ...]
    sort: str
    search: str
    batch: str = ""
    """The id of a batch whose records alone are listed."""

    @classmethod
    def of_request(cls) -> "ListAddress":
        """The address of this request."""
        return cls(
            own_path(),
            tuple(request.args.getlist("filter")),
            request.args.get("sort", ""),
            request.args.get("q", "").strip()[:_LONGEST_SEARCH],
            request.args.get("batch", ""),
        )

    def pairs(self) -> list[Hidden]:
        """The query as name and value pairs, without a cursor: every change starts at the top."""
        pairs = [Hidden("filter", text) for text in self.filters]
        if self.sort:
            pairs.append(Hidden("sort", self.sort))
        if self.search:
            pairs.append(Hidden("q", self.search))
        if self.batch:
            pairs.append(Hidden("batch", self.batch))
        return pairs

    def url(self, *more: tuple[str, str]) -> str:
        """The address, with `more` parameters."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return f"{self.path}?{query}" if query else self.path

    @cached_property
    def query(self) -> str:
        """The pairs as an address has them."""
        return urlencode(self.pairs())

    def without_filter(self, index: int) -> "ListAddress":
        """The same list without its filter number `index`."""
        return replace(self, filters=self.filters[:index] + self.filters[index + 1 :])

    def with_filter(self, text: str, field: str) -> "ListAddress":
        """The same list with `text` in place of the filter on `field`, or beside the others."""
        kept = [old for old in self.filters if old.partition(":")[0] != field]
        return replace(self, filters=(*kept, text))

    def sorted_by(self, key: str) -> "ListAddress":
        """The same list in another order."""
        return replace(self, sort=key)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out by filters or search."""
        return bool(self.filters or self.search or self.batch)

    def cleared(self) -> "ListAddress":
        """The same list without filters and search."""
        return replace(self, filters=(), search="", batch="")

    def without_batch(self) -> "ListAddress":
        """The same list of the records of all batches and none."""
        return replace(self, batch="")


def list_request(access: FormAccess, address: ListAddress | None = None) -> ListRequest:
    """What the address asks for; raises `QueryError` for what makes no sense."""
    address = address or ListAddress.of_request()
    return ListRequest(
        filters=tuple(parse_filter(access, text) for text in address.filters),
        sort=sort_keys(address.sort),
        search=address.search,
        batch=_batch_number(address.batch),
        cursor=request.args.get("cursor") or None,
        limit=PAGE_SIZE,
    )


def _batch_number(text: str) -> int | None:
    try:
        return decode_id(text) if text else None
    except ValueError:
        raise QueryError("batch", _("There is no such import")) from None


def sort_keys(text: str) -> tuple[SortKey, ...]:
    """From "-due_by" to a sort key; none for an empty text."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(SortKey(name.removeprefix("-"), name.startswith("-")) for name in names)


def filter_from_editor(access: FormAccess) -> str:
    """The short form of what the filter editor was filled with; raises `QueryError`."""
    field, op = request.args.get("field", ""), request.args.get("op", "")
    values = [value for value in request.args.getlist("value") if value.strip()]
    texts = [*values, *_upper_end(op)]
    if op in BARE:
        return f"{field}:{op}"
    if not texts:
        raise QueryError("filter", _("Choose or type a value"))
    if op not in (*LISTED, *PAIRED) and len(texts) > 1:
        op = {"eq": "in", "ne": "not_in", "has": "has_any"}.get(op, op)
    condition = parse_filter(access, f"{field}:{op}:{_joined(op, texts)}")
    return format_filter(access, condition)


def _upper_end(op: str) -> Iterable[str]:
    to = request.args.get("to", "").strip()
    return [to] if (op == "between" or op in PAIRED) and to else []


def _joined(op: str, texts: list[str]) -> str:
    if op not in LISTED:
        return PAIRED.get(op, "").join(texts) if op in PAIRED else texts[0]
    return ",".join(text.replace("\\", "\\\\").replace(",", "\\,") for text in texts)


def single_comparison(condition: JsonObject) -> str | None:
    """The field of a condition that is one comparison, or none."""
    field = condition.get("field")
    return field if isinstance(field, str) else None
