"""Lists: pages, order, filters by index, field selection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.simulator.http.calls import CALLS, encode_call, find_calls
from confmon.simulator.http.errors import Refused
from confmon.simulator.http.lists import filters, query
from confmon.simulator.http.meetings import MEETINGS, find_meetings
from confmon.simulator.simulation import build_world
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from confmon.simulator.http.lists.query import Query

START = 1_700_000_000.0
WORLD = build_world(9, 8, 150, lambda: START)


def read(**parameters: object) -> Query:
    texts = {name: str(value) for name, value in parameters.items()}
    return query.read_query(texts, CALLS.fields, Quirks())


def ids(**parameters: object) -> list[int]:
    return [call.id for call in find_calls(WORLD, read(**parameters))[0]]


def test_defaults_and_limits() -> None:
    assert len(ids()) == 10
    assert ids(limit=3, offset=2) == WORLD.call_ids[2:5]
    assert ids(limit=0) == []
    assert ids(offset=10_000) == []
    assert read(limit=5000).limit == 1000


@pytest.mark.parametrize("bad", ["-1", "x", "1.5", "²", "9" * 30])
@pytest.mark.parametrize("name", ["limit", "offset"])
def test_what_is_no_count_is_refused(name: str, bad: str) -> None:
    with pytest.raises(Refused, match="Bad request"):
        read(**{name: bad})


def test_order() -> None:
    assert ids(order="id desc", limit=1000) == WORLD.call_ids[::-1]
    by_caller = ids(order="caller", limit=1000)
    assert by_caller == sorted(by_caller, key=lambda id_: (WORLD.calls[id_].caller, id_))
    durations = ids(order="duration desc", limit=1000)
    assert durations == sorted(durations, key=lambda id_: WORLD.calls[id_].created // 1000 * 1000)
    operators = ids(order="operatorMode", limit=1000)
    present = [WORLD.calls[id_].operator_mode is not None for id_ in operators]
    assert present == sorted(present), "calls without the field come first"


@pytest.mark.parametrize(
    ("order", "message"),
    [("id up", "Bad request"), ("id asc asc", "Bad request"), ("nothing", "Invalid field")],
)
def test_bad_orders(order: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read(order=order)


BOUNDS = st.sampled_from([0, 1, *WORLD.call_ids, 10**9])
CLAUSES = st.one_of(
    st.builds("id gt {}".format, BOUNDS),
    st.builds("id ge {}".format, BOUNDS),
    st.builds("id lt {}".format, BOUNDS),
    st.builds("meetingNumber eq {}".format, st.sampled_from([1, *WORLD.meetings])),
    st.builds('meetingNumber ne "{}"'.format, st.sampled_from([1, *WORLD.meetings])),
    st.builds("role eq {}".format, st.integers(0, 3)),
    st.builds('codec like "{}%"'.format, st.sampled_from(["PCM", "o", ""])),
)
FILTERS = st.lists(CLAUSES, min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from([" and ".join(parts), " or ".join(parts)])
)


@settings(max_examples=150, deadline=None)
@given(FILTERS, st.integers(0, 20), st.integers(0, 30))
def test_indexes_find_what_trying_every_call_finds(text: str, offset: int, limit: int) -> None:
    getters = CALLS.getters(WORLD)
    test = filters.predicate(filters.parse(text, CALLS.fields), getters)
    plain = [id_ for id_ in WORLD.call_ids if test(WORLD.calls[id_])]
    found, total = find_calls(WORLD, read(filter=text, offset=offset, limit=limit))
    assert total == len(plain)
    assert [call.id for call in found] == plain[offset : offset + limit]


def test_paging_by_id_misses_nobody_while_others_come_and_go() -> None:
    now = [START]
    world = build_world(2, 20, 1500, lambda: now[0], churn=2.0)
    before = set(world.calls)
    seen: list[int] = []
    while True:
        asked = read(limit=50, order="id", filter=f"id gt {seen[-1] if seen else 0}")
        found, _ = find_calls(world, asked)
        seen += [call.id for call in found]
        if len(found) < 50:
            break
        now[0] += 0.5
        world.advance()
    assert before & set(world.calls) <= set(seen)
    assert len(seen) == len(set(seen))
    assert before - set(world.calls), "some left while the pages were read"


def test_selection_in_both_spellings_and_with_quotes() -> None:
    call = next(iter(WORLD.calls.values()))
    full = CALLS.wire(WORLD, call)

    def sent(**parameters: str) -> dict[str, object]:
        selection = query.read_selection(parameters)
        body = encode_call(WORLD, call, selection)
        found: dict[str, object] = json.loads(body)
        return found

    assert sent() == full
    assert list(sent()) == sorted(full)
    assert sent(excludeFields="duration") == {n: v for n, v in full.items() if n != "duration"}
    assert sent(exclude_fields='"id, role"').keys() == full.keys() - {"id", "role"}
    assert sent(includeFields="id,duration") == {"id": full["id"], "duration": full["duration"]}
    assert sent(include_fields="duration") == {"duration": full["duration"]}
    assert sent(includeFields="nothing") == {}
    assert sent(includeFields="state,accessCode,duration").keys() == {
        "state",
        "accessCode",
        "duration",
    }


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**6))
def test_bytes_that_are_kept_are_the_bytes_of_now(name: str, later_s: int) -> None:
    world = build_world(1, 1, 1, lambda: START)
    (call,) = world.calls.values()
    everything = query.Selection()
    encode_call(world, call, everything)
    world.change(call, custom_name=name)
    for now in (world.now, world.now + later_s):
        world.events.now = now
        assert json.loads(encode_call(world, call, everything)) == CALLS.wire(world, call)


def test_meetings_are_found_by_any_of_their_fields() -> None:
    def numbers(**parameters: str) -> list[int]:
        asked = query.read_query(parameters, MEETINGS.fields, Quirks())
        return [meeting.number for meeting in find_meetings(WORLD, asked)[0]]

    assert numbers() == WORLD.meeting_numbers
    sizes = [WORLD.meetings[n].participant_count for n in numbers(order="participantCount desc")]
    assert sizes == sorted(sizes, reverse=True)
    first = WORLD.meeting_numbers[0]
    assert numbers(filter=f'meetingNumber eq "{first}"') == [first]
    assert numbers(filter="isRecording eq true") == []
    assert numbers(filter="participantCount gt 0", limit="2") == WORLD.meeting_numbers[:2]
