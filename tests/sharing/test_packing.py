"""Whatever the collector reads, its followers have the same reads."""

from __future__ import annotations

import random
import zlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.api.decoding.records import RecordDecoder
from confmon.clock import run_at_once
from confmon.models.live_records import Call, Meeting, Scan
from confmon.models.text import clean
from confmon.sharing.frames.dictionary import COMMON, dictionary
from confmon.sharing.frames.packing import Decoder, Encoder
from confmon.sharing.frames.record_columns import CALL, LAYOUTS, LEFT_OUT, MEETING
from confmon.sharing.records import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.sharing.records import Kind

ALL = Scope("calls")
MEETINGS = Scope("meetings")
_CALL, _MEETING = RecordDecoder(Call), RecordDecoder(Meeting)

NUMBERS = st.none() | st.integers(0, 3) | st.integers(-(2**63), 2**63 - 1)
TEXTS = st.none() | st.sampled_from(["", "a", "+15160000", "10.2.1.1"]) | st.text().map(clean)
FLAGS = st.none() | st.booleans()
OF_TYPE = {int: NUMBERS, str: TEXTS, bool: FLAGS}
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "clean": st.booleans(),
    "total": NUMBERS,
    "whole_to": st.none() | st.integers(0, 14),
    "requests": st.integers(0, 99),
    "latency_s": st.floats(0, 1e6),
    "server_time_s": st.none() | st.floats(-1e9, 1e10),
    "unreadable": st.lists(st.text().map(clean), max_size=2).map(tuple),
    "notes": st.lists(st.text().map(clean), max_size=2).map(tuple),
}


def decoder() -> Decoder:
    return Decoder(_CALL.read, _MEETING.read)


def carry(encoder: Encoder, follower: Decoder, scope: Scope, scan: Scan[Any]) -> Scan[Any]:
    data, is_key = run_at_once(encoder.encoding(scope, scan))
    return run_at_once(follower.decoding(scope, is_key, data))


def is_refused(follower: Decoder, scope: Scope, data: bytes, words: str) -> bool:
    with pytest.raises(ValueError, match=words):
        run_at_once(follower.decoding(scope, is_key=False, data=data))
    return waits_for_a_key(follower, scope, data)


def waits_for_a_key(follower: Decoder, scope: Scope, data: bytes) -> bool:
    with pytest.raises(ValueError, match="what was before it is not known"):
        run_at_once(follower.decoding(scope, is_key=False, data=data))
    return True


@st.composite
def _records(draw: st.DrawFn, scope: Scope) -> tuple[Any, ...]:
    kind: Any = Call if scope.kind == "calls" else Meeting
    layout = LAYOUTS[scope.kind]
    keys = draw(st.lists(st.integers(0, 14), unique=True, max_size=8))
    found = []
    for key in keys:
        names = draw(st.sets(st.sampled_from(layout.names), max_size=5))
        values = {name: draw(OF_TYPE[layout.types[name]]) for name in sorted(names)}
        if kind is Call:
            number = scope.meeting or draw(st.sampled_from([None, 1, 2]))
            values["meeting_number"] = draw(st.sampled_from([number, number, number, 2]))
            values["access_code"], values["duration"] = "1234", draw(NUMBERS)
        found.append(kind(**{layout.key: key}, **values))
    return tuple(found)


@st.composite
def _reads(draw: st.DrawFn) -> list[tuple[Scope, Scan[Any]]]:
    """Return reads in which most records are those of an earlier one, or equal to them."""
    before: dict[Scope, tuple[Any, ...]] = {}
    reads = []
    for _ in range(draw(st.integers(1, 6))):
        scope = draw(st.sampled_from([ALL, ALL, Scope("calls", 1), MEETINGS]))
        layout = LAYOUTS[scope.kind]
        same = st.sampled_from([one for some in before.values() for one in some] or [None])
        kept = [one for one in draw(st.lists(same)) if isinstance(one, Call) == (layout is CALL)]
        kept = [replace(one) if draw(st.booleans()) else one for one in kept if one is not None]
        records = {layout.key_of(one): one for one in (*draw(_records(scope)), *kept)}
        facts = {name: draw(some) for name, some in FACTS.items()}
        before[scope] = tuple(records.values())
        scan: Scan[Any] = Scan(records=before[scope], **facts)
        reads.append((scope, scan))
    return reads


def without_secrets(scan: Scan[Any]) -> Scan[Any]:
    bare = [
        replace(record, access_code=None) if isinstance(record, Call) else record
        for record in scan.records
    ]
    return replace(scan, records=tuple(sorted(bare, key=repr)))


def assert_same(scan: Scan[Any], other: Scan[Any]) -> None:
    assert without_secrets(scan) == without_secrets(other)
    assert all(record.duration is None for record in other.records)
    assert all(getattr(one, "access_code", None) is None for one in other.records)


@settings(max_examples=300)
@given(_reads())
def test_a_follower_makes_the_same_reads(reads: list[tuple[Scope, Scan[Any]]]) -> None:
    encoder, follower = Encoder(), decoder()
    seen: set[str] = set()
    for scope, scan in reads:
        data, is_key = run_at_once(encoder.encoding(scope, scan))
        assert is_key == (scope.kind not in seen)
        seen.add(scope.kind)
        assert_same(scan, run_at_once(follower.decoding(scope, is_key, data)))


@given(_reads(), st.integers(0, 5))
def test_who_comes_later_makes_the_same_reads(
    reads: list[tuple[Scope, Scan[Any]]], comes_after: int
) -> None:
    encoder, early, late = Encoder(), decoder(), decoder()
    whole: dict[str, Scan[Any]] = {}
    for at, (scope, scan) in enumerate(reads):
        data, is_key = run_at_once(encoder.encoding(scope, scan))
        read = run_at_once(early.decoding(scope, is_key, data))
        if scope.meeting is None:
            whole[scope.kind] = scan
        if at > comes_after:
            assert_same(read, run_at_once(late.decoding(scope, is_key, data)))
        elif at == comes_after:
            kinds: tuple[Kind, ...] = ("calls", "meetings")
            for kind in kinds:
                if kind in {scope.kind for scope, _ in reads[: at + 1]}:
                    begun = run_at_once(
                        late.loading_snapshot(kind, run_at_once(encoder.snapshotting(kind)))
                    )
                    assert begun.clean == (kind in whole and whole[kind].clean)
    # Another collector begins anew.
    encoder.reset()
    for scope, scan in reads:
        data, is_key = run_at_once(encoder.encoding(scope, scan))
        assert_same(
            run_at_once(early.decoding(scope, is_key, data)),
            run_at_once(late.decoding(scope, is_key, data)),
        )


def test_a_snapshot_is_the_last_read_of_all_with_what_was_read_since() -> None:
    calls = [Call(id=at, meeting_number=at % 2) for at in range(6)]
    encoder = Encoder()
    run_at_once(encoder.encoding(ALL, Scan(records=tuple(calls), total=6)))
    run_at_once(encoder.encoding(ALL, Scan(records=tuple(calls[1:]), total=7, clean=False)))
    muted = replace(calls[3], mute_mode=1)
    run_at_once(encoder.encoding(Scope("calls", 1), Scan(records=(calls[1], muted), total=2)))
    begun = run_at_once(
        decoder().loading_snapshot("calls", run_at_once(encoder.snapshotting("calls")))
    )
    assert set(begun.records) == {calls[1], calls[2], muted, calls[4]}
    assert (begun.total, begun.clean) == (7, False)


def test_what_did_not_change_stays_the_same_object() -> None:
    calls = [Call(id=at, caller=f"+1516000000{at}", mute_mode=0) for at in range(4)]
    encoder, follower = Encoder(), decoder()
    first = carry(encoder, follower, ALL, Scan(records=tuple(calls)))
    calls[2] = replace(calls[2], mute_mode=1)
    scan = Scan(records=(replace(calls[0]), *calls[1:]))
    second = carry(encoder, follower, ALL, scan)
    encoder.reset()
    third = carry(encoder, follower, ALL, scan)
    for one, two, three in zip(first.records, second.records, third.records, strict=True):
        assert (one is two) == (one.id != 2)
        assert two is three


def test_a_record_that_a_torn_read_misses_costs_little_when_it_is_back() -> None:
    calls = tuple(Call(id=at, caller=f"+1516000{at:04d}") for at in range(2000))
    encoder = Encoder()
    run_at_once(encoder.encoding(ALL, Scan(records=calls)))
    torn, _ = run_at_once(encoder.encoding(ALL, Scan(records=calls[:1000], clean=False)))
    whole, _ = run_at_once(encoder.encoding(ALL, Scan(records=calls)))
    assert len(torn) < 150
    assert len(whole) < 100


def test_a_frame_is_of_no_use_without_those_before() -> None:
    encoder = Encoder()
    key, _ = run_at_once(encoder.encoding(ALL, Scan(records=(Call(id=1),))))
    change, _ = run_at_once(encoder.encoding(ALL, Scan(records=(Call(id=1), Call(id=2)))))
    follower = decoder()
    assert is_refused(follower, ALL, change, "not known")
    assert len(run_at_once(follower.decoding(ALL, is_key=True, data=key)).records) == 1
    assert len(run_at_once(follower.decoding(ALL, is_key=False, data=change)).records) == 2
    assert is_refused(follower, Scope("calls", 7), change, "another frame")
    assert is_refused(follower, ALL, change, "not known")


def test_a_frame_is_of_no_use_to_who_knows_other_texts() -> None:
    encoder, other, follower = Encoder(), Encoder(), decoder()
    call = Call(id=1, custom_name="Ada", mute_mode=0)
    run_at_once(encoder.encoding(ALL, Scan(records=(call,))))
    run_at_once(
        follower.decoding(
            ALL,
            is_key=True,
            data=run_at_once(
                other.encoding(ALL, Scan(records=(replace(call, custom_name="Bob"),)))
            )[0],
        )
    )
    data, _ = run_at_once(encoder.encoding(ALL, Scan(records=(replace(call, mute_mode=1),))))
    assert is_refused(follower, ALL, data, "not packed")


def test_texts_are_cleaned_once_more() -> None:
    calls = (Call(id=1, custom_name="\x1b[2J", caller="\x01\x02", address_from="\x03 <\x01>"),)
    data, _ = run_at_once(Encoder().encoding(ALL, Scan(records=calls, notes=("\x1b]0;",))))
    scan = run_at_once(decoder().decoding(ALL, is_key=True, data=data))
    assert scan.records[0].custom_name == "␛[2J"
    assert scan.notes == ("␛]0;",)
    assert (scan.records[0].address_from or "").isprintable()


def test_every_field_is_shared_or_left_out() -> None:
    for kind, layout in ((Call, CALL), (Meeting, MEETING)):
        names = {field.name for field in fields(kind)}
        assert {*layout.names, layout.key} == names - LEFT_OUT


def test_what_is_secret_is_in_no_frame() -> None:
    data, _ = run_at_once(
        Encoder().encoding(ALL, Scan(records=(Call(id=1, access_code="867530911"),)))
    )
    assert b"867530911" not in zlib.decompressobj(zdict=COMMON).decompress(data)


JUNK = (b"", b"-1", b"null", b"[", b"1e999", b"NaN", b'"x"', b"\n", b"\xff", b"9" * 25)


@settings(max_examples=300)
@given(_reads(), st.data())
def test_broken_bytes_are_refused_or_read_and_nothing_else(
    reads: list[tuple[Scope, Scan[Any]]], data: st.DataObject
) -> None:
    encoder, follower = Encoder(), decoder()
    for scope, scan in reads:
        known = encoder._known.get(scope.kind, {})
        common = dictionary(LAYOUTS[scope.kind], known, sorted(known))
        frame, is_key = run_at_once(encoder.encoding(scope, scan))
        text = bytearray(zlib.decompressobj(zdict=common).decompress(frame))
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 4))] = data.draw(st.sampled_from(JUNK))
        broken = data.draw(
            st.sampled_from([_packed(bytes(text), common), frame[:at], frame + b"x"])
        )
        if data.draw(st.booleans()):
            try:
                run_at_once(follower.decoding(scope, is_key, broken))
            except ValueError:
                assert waits_for_a_key(follower, scope, frame)


def _packed(text: bytes, common: bytes = COMMON) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, zdict=common)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"[]",
        b"{}",
        b"[1]",
        b"[" * 100_000,
        b'[2,"key","calls",null,[0,0,0,0,0,0,0],[true,null,null,1,NaN,null]]',
        b'[2,"key","calls",null,[0,0,0,0,0,0,0],[true,null,null,1,1e999,null]]',
        b'[2,"key","calls",null,[0,0,0,0,0,0,1],[true,null,null,1,0,null]]',
        b'[2,"key","calls",null,[0,0,1,0,0,0,0],[true,null,null,1,0,null]]\n[7]',
        b'[2,"key","calls",null,[0,0,0,0,0,1,1],[true,null,null,1,0,null]]\n[7]\n[-1]',
        b'[2,"key","calls",null,[0,0,0,0,0,1,1],[true,null,null,1,0,null]]\n[7]\n[1]\n["x"]',
        b'[2,"key","calls",null,[0,0,0,0,0,1,1],[true,null,null,1,0,null]]\n[7]\n[0]\n[0]',
        b'[2,"key","calls",null,[0,0,0,0,0,2,2],[true,null,null,1,0,null]]\n[7,0]\n[0,0]',
        b'[2,"key","calls",null,[0,0,0,0,0,1,1],[true,null,null,1,0,null]]\n[1%s]\n[0]'
        % (b"0" * 30),
        b'[2,"key","calls",null,[0,0,0,0,0,9999999,1],[true,null,null,1,0,null]]',
        b'[2,"key","calls",null,[0,0,0,0,0,1,1],[true,null,null,1,0,null]]\n[7]\n[512]\n["%s"]'
        % (b"a" * 257),
        b" " * (3 << 20),
        b"[0]\n" * (17 << 20),
    ],
    ids=lambda lines: str(lines[:90]),
)
def test_what_is_no_frame_is_refused(lines: bytes) -> None:
    with pytest.raises(ValueError, match=r"a frame of calls can't be read: "):
        run_at_once(decoder().decoding(ALL, is_key=True, data=_packed(lines + b"\n")))


def test_ten_thousand_calls_are_some_bytes_each() -> None:
    pick = random.Random(7)  # noqa: S311
    calls = {at: _caller(at, pick) for at in range(10_000)}
    encoder = Encoder()
    key, _ = run_at_once(encoder.encoding(ALL, Scan(records=tuple(calls.values()))))
    assert len(key) < 25 * len(calls)
    sizes = []
    for nth in range(10):
        for at in pick.sample(sorted(calls), 75):
            call = calls.pop(at)
            if pick.random() < 2 / 3:
                calls[at] = replace(call, mute_mode=1 - (call.mute_mode or 0))
        for at in range(25):
            calls[10_000 + 25 * nth + at] = _caller(10_000 + 25 * nth + at, pick)
        data, _ = run_at_once(
            encoder.encoding(ALL, Scan(records=tuple(calls.values()), latency_s=0.01234567))
        )
        sizes.append(len(data))
    assert sum(sizes) / len(sizes) < 1000


def _caller(at: int, pick: random.Random) -> Call:
    number, node = f"+1{pick.randrange(10**10):010d}", f"10.2.114.{pick.randrange(15, 21)}"
    created = 1_732_790_000_000 + at * 80 + pick.randrange(80)
    return Call(
        id=7_000_000 + at,
        meeting_number=100_000 + pick.randrange(400) ** 2,
        address_from=f'"{number}" <sip:{number}@{node}>',
        bridge_name="MIA-PR-FCC4D",
        callee=pick.choice(("16466610120", "81345209411")),
        caller=number,
        codec=pick.choice(("PCMU", "opus")),
        connection_status=0,
        created=created,
        custom_name=f"{pick.choice(NAMES)} {pick.choice(NAMES)}",
        gain_level=0,
        hold_mode=0,
        joined=created + pick.randrange(500, 4000),
        mute_mode=pick.randrange(2),
        node_name=node,
        presenter_media=1,
        qa_mode=0,
        role=2,
        state=2,
    )


NAMES: Sequence[str] = (
    "Anna",
    "Berg",
    "Ruiz",
    "Tomás",
    "Lena",
    "Ivo",
    "Ann",
    "Lee",
    "Hofer",
    "王小明",
)
