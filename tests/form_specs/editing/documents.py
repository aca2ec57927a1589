"""Random documents with the habits of specs: keyed lists, lists of names, parts without a name."""

from hypothesis import strategies as st

_names = st.sampled_from(
    ["a", "b", "c", "d", "form", "key", "section", "note", "fields", "x~/y", ""]
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, -0.0, 1.0, 2.5])
    | st.sampled_from(["a", "b", "-a", "c", "@0", "a#2", "7"])
)


def _keyed(inner):
    rest = st.dictionaries(_names, inner, max_size=3)
    names = st.sampled_from(["key", "form", "section", "note", "message"])
    return st.builds(
        lambda member, key, others: {member: key, **others},
        names,
        st.sampled_from(["a", "b", "c", "d", "e"]),
        rest,
    )


_conditions = st.sampled_from(
    [
        {"field": "a", "op": "eq", "value": 1},
        {"all": [{"field": "a", "op": "empty"}, {"field": "b", "op": "present"}]},
    ]
)
documents = st.recursive(
    _scalars | _conditions,
    lambda inner: (
        st.dictionaries(_names, inner, max_size=5)
        | st.lists(inner, max_size=5)
        | st.lists(_keyed(inner), max_size=5)
    ),
    max_leaves=15,
)


@st.composite
def edited(draw, value, depth=0):
    """A document with some things changed, moved, added and taken away."""
    if depth > 4 or draw(st.integers(0, 5)) == 0:
        return draw(documents) if draw(st.booleans()) else value
    if isinstance(value, dict):
        kept = {k: draw(edited(v, depth + 1)) for k, v in value.items() if draw(st.integers(0, 6))}
        items = draw(st.permutations(list(kept.items()))) if draw(st.booleans()) else kept.items()
        return dict(items) | draw(st.dictionaries(_names, _scalars, max_size=1))
    if isinstance(value, list):
        kept = [draw(edited(v, depth + 1)) for v in value if draw(st.integers(0, 6))]
        kept = draw(st.permutations(kept)) if draw(st.booleans()) else kept
        new = draw(st.lists(documents, max_size=1))
        at = draw(st.integers(0, len(kept)))
        return [*kept[:at], *new, *kept[at:]]
    return value if draw(st.booleans()) else draw(_scalars)
