"""Filters, orders and field lists say what was meant, or are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.api.lists.query import Filter, by, literal, parameters, where


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (where("id").gt(6889184), "id gt 6889184"),
        (where("customName").eq("my mediator"), 'customName eq "my mediator"'),
        (where("customName").ne('5" pipe'), "customName ne '5\" pipe'"),
        (where("isSecured").eq(value=True), "isSecured eq true"),
        (where("duration").ge(5), "duration ge 5"),
        (where("duration").lt(5), "duration lt 5"),
        (where("duration").le(5), "duration le 5"),
        (where("caller").like("%5319%"), 'caller like "%5319%"'),
        (where("caller").ilike("jo%"), 'caller ilike "jo%"'),
        (where("role").within([1, 2]), "role in (1, 2)"),
        (where("codec").within(["PCMU", "G722"]), 'codec in ("PCMU", "G722")'),
        (where("id").gt(1) & where("role").eq(2), "id gt 1 and role eq 2"),
    ],
)
def test_conditions(built: Filter, text: str) -> None:
    assert str(built) == text


@given(st.text(max_size=20))
def test_a_text_stays_one_literal(text: str) -> None:
    try:
        done = literal(text)
    except ValueError:
        assert not text.isprintable() or ('"' in text and "'" in text)
        return
    assert done[0] == done[-1]
    assert done[0] in "\"'"
    assert done[0] not in done[1:-1]
    assert done[1:-1] == text


@pytest.mark.parametrize("name", ["", "id gt 1", "id;", "1d", "naïve", 'a"b'])
def test_what_is_no_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(name))):
        where(name)


def test_in_wants_a_value() -> None:
    with pytest.raises(ValueError, match="at least one"):
        where("id").within([])


def test_orders() -> None:
    assert by("id") == "id"
    assert by("created", descending=True) == "created desc"


def test_conference_wants_camel_case_and_at_most_a_thousand() -> None:
    assert parameters(
        filter=where("id").gt(1),
        order=by("id"),
        limit=5000,
        offset=40,
        include=["id", "caller"],
        exclude=["duration"],
    ) == {
        "filter": "id gt 1",
        "order": "id",
        "limit": "1000",
        "offset": "40",
        "includeFields": "id,caller",
        "excludeFields": "duration",
    }


def test_mediator_and_core_want_snake_case() -> None:
    assert parameters(include=["binding_sid", "dtmf"], exclude=["name"], snake=True) == {
        "include_fields": "binding_sid,dtmf",
        "exclude_fields": "name",
    }


def test_nothing_asked_nothing_sent() -> None:
    assert parameters() == {}
    assert parameters(filter="", offset=0) == {}
