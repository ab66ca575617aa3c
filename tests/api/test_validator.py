"""The schema of a record is the one that pydantic itself reads off the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from confmon.api.decoding.live import CALLS, MEETINGS, Kind
from confmon.models.calls import Call, Meeting

if TYPE_CHECKING:
    from collections.abc import Callable

ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Call, Meeting)}

WIRE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.none())
)
NUMERIC = st.sampled_from(["7", " 7", "7.0", "x", "true", "0", 1.0, 1.5, 2**70, -1])


def outcome(validate: Callable[[dict[str, Any]], Any], given_: dict[str, Any]) -> object:
    """The record and its duration, which equality leaves out; or which fields were refused."""
    try:
        record = validate(given_)
    except ValidationError as error:
        return {one["loc"] for one in error.errors()}
    return record, record.duration


@pytest.mark.parametrize(("kind", "record"), [(CALLS, Call), (MEETINGS, Meeting)])
@given(data=st.data())
def test_it_takes_and_refuses_what_pydantic_does(
    kind: Kind[Any], record: type, data: st.DataObject
) -> None:
    adapter = ADAPTERS[record]
    values = st.one_of(WIRE, NUMERIC)
    given_ = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(kind.shapes, values)))
    assert outcome(kind.validate, given_) == outcome(adapter.validate_python, given_)
