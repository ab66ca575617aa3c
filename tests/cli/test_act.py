"""The verbs against a small bridge that can ignore, lose and refuse."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from confmon.cli import main
from confmon.cli.commands.act import PARALLEL, ActContext, VerbRequest, act_on_targets
from confmon.models import errors
from confmon.models.codes import Codes
from confmon.models.live_records import Answer, Attribute, Call, Meeting, Scan
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.sending import carry_out
from confmon.monitor.actions.targets.command import CommandTarget
from confmon.monitor.actions.verbs import build
from confmon.process import exits
from tests.clock import WaitingClock
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.models.codes import Role
    from confmon.models.live_records import Value
    from confmon.monitor.actions.action import Action

FIELDS = {"muteMode": "mute_mode", "holdMode": "hold_mode", "customName": "custom_name",
          "gainLevel": "gain_level", "role": "role"}  # fmt: skip


@dataclass
class Bench:
    """A bridge, an audit log and a terminal in one: `log` has what each of them saw, in order."""

    calls: dict[int, Call] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    answer: str = ""
    asked: list[str] = field(default_factory=list)
    on_write: Callable[[], None] = lambda: None
    on_read: Callable[[], None] = lambda: None
    on_ask: Callable[[], None] = lambda: None
    on_intent: Callable[[], None] = lambda: None
    ignoring: bool = False
    clock: WaitingClock = field(default_factory=WaitingClock)
    results: list[Result] = field(default_factory=list)

    async def get_call(self, call_id: int) -> Call:
        self.on_read()
        if call_id not in self.calls:
            raise errors.NotFound("404", status=404)
        return self.calls[call_id]

    async def get_meeting(self, meeting_number: int) -> Meeting:
        self.on_read()
        if meeting_number not in self.meetings:
            raise errors.NotFound("404", status=404)
        return self.meetings[meeting_number]

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> Answer:
        self.log.append(f"PUT {call_id} {dict(change)}")
        if call_id not in self.calls:
            raise errors.NotFound("404", status=404)
        if not self.ignoring:
            changed: dict[str, Any] = {FIELDS[wire]: value for wire, value in change.items()}
            self.calls[call_id] = replace(self.calls[call_id], **changed)
        self.on_write()
        return Answer(202, 0.25)

    async def delete_call(self, call_id: int) -> Answer:
        self.log.append(f"DELETE {call_id}")
        if call_id not in self.calls:
            raise errors.NotFound("404", status=404)
        if not self.ignoring:
            del self.calls[call_id]
        self.on_write()
        return Answer(204, 0.25)

    async def delete_meeting(self, meeting_number: int) -> Answer:
        self.log.append(f"DELETE meeting {meeting_number}")
        del self.meetings[meeting_number]
        return Answer(204, 0.25)

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        return Scan(records=tuple(self.calls.values()))

    async def scan_meetings(self) -> Scan[Meeting]:
        return Scan(records=tuple(self.meetings.values()))

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        return ()

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        raise AssertionError("no verb here changes a meeting")

    def requests_per_minute(self) -> int:
        return 0

    async def aclose(self) -> None:
        pass

    def intent(self, action: Action) -> None:
        self.on_intent()
        self.log.append(f"intent {action.key}")

    def outcome(self, action: Action, result: Result) -> None:
        self.results.append(result)
        self.log.append(f"outcome {action.key} {result.outcome.value}")

    def ask(self, question: str) -> str:
        self.asked.append(question)
        self.on_ask()
        return self.answer

    def run(
        self,
        verb: str,
        *ids: int,
        asks: bool = False,
        change: Mapping[str, Value] | None = None,
        role: Role | None = None,
        codes: Mapping[str, Mapping[int, str]] | None = None,
    ) -> int:
        wanted = VerbRequest(verb=verb, ids=ids, change=change, role=role, asks=asks)
        desk = ActContext(
            bridge=self, audit=self, codes=Codes(codes), clock=self.clock, ask=self.ask,
            say=self.notices.append,
        )  # fmt: skip
        return asyncio.run(act_on_targets(wanted, desk))


def test_other_codes_decide_what_is_sent_and_what_proves_it() -> None:
    swapped = {"call.muteMode": {0: "muted by host", 2: "not muted"}}
    b = bench()
    assert b.run("unmute", 1, codes=swapped) == exits.OK
    assert b.log == ["intent 1", "PUT 1 {'muteMode': 2}", "outcome 1 done"]
    assert b.run("mute", 1, codes=swapped) == exits.OK
    assert b.calls[1].mute_mode == 0


def test_a_verb_without_a_code_is_refused_before_anything_is_asked() -> None:
    b = bench()
    with pytest.raises(exits.CliExit) as quit_:
        b.run("unmute", 1, codes={"call.muteMode": {0: "muted by host"}})
    assert quit_.value.code == exits.CONFIG
    assert 'names no one number "not muted"' in quit_.value.lines[0]
    assert b.log == []


def test_the_table_of_codes_decides_what_a_recording_leg_is() -> None:
    b = bench()
    assert b.run("mute", 3, codes={"call.role": {0: "listener"}}) == exits.OK
    assert b.run("mute", 1, codes={"call.role": {2: "recording"}}) == exits.NOT_PROVED


def bench(**values: Any) -> Bench:
    calls = {
        1: Call(id=1, created=11, role=2, custom_name="Jane", mute_mode=0, hold_mode=0),
        2: Call(id=2, created=22, role=1, caller="5319", mute_mode=1, hold_mode=0),
        3: Call(id=3, created=33, role=0),
    }
    meetings = {300: Meeting(meeting_number=300, id=7, subscriber_name="Ann")}
    return Bench(calls=calls, meetings=meetings, **values)


def lose() -> NoReturn:
    raise errors.Unreachable("cut", lost=True)


def test_a_mute_is_audited_sent_and_read_back() -> None:
    b = bench()
    assert b.run("mute", 1) == exits.OK
    assert b.log == ["intent 1", "PUT 1 {'muteMode': 2}", "outcome 1 done"]
    assert b.notices == ["1 Jane: muted"]


@pytest.mark.parametrize(
    ("verb", "change", "line"),
    [
        ("unmute", {}, "2 5319: unmuted"), ("hold", {}, "2 5319: on hold"),
        ("release", {}, "2 5319: released"), ("name", {"customName": "Bo"}, "2 5319: named"),
        ("gain", {"gainLevel": -2}, "2 5319: gain set"),
    ],
)  # fmt: skip
def test_every_verb_proves_itself(verb: str, change: dict[str, Value], line: str) -> None:
    b = bench()
    assert b.run(verb, 2, change=change or None) == exits.OK
    assert b.notices == [line]


def test_several_targets_each_have_a_line_also_one_that_fails() -> None:
    b = bench()
    assert b.run("mute", 1, 9, 3, 2) == exits.NOT_PROVED
    assert sorted(b.notices) == [
        "1 Jane: muted",
        "2 5319: muted",
        "3: not a caller: a recording leg, or undefined; left out",
        "9: no such call: the caller already left, or never was there",
    ]
    assert not any("3" in line.split() for line in b.log)


def test_a_server_that_says_yes_and_does_nothing_is_not_believed() -> None:
    b = bench(ignoring=True)
    assert b.run("mute", 1) == exits.NOT_PROVED
    assert b.log == ["intent 1", "PUT 1 {'muteMode': 2}", "outcome 1 not applied"]
    assert "not applied" in b.notices[0]


def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_twice() -> None:
    for verb, done in (("drop", "dropped"), ("mute", "muted")):
        b = bench(on_write=lose)
        assert b.run(verb, 1) == exits.OK
        assert [line for line in b.log if line.startswith(("PUT", "DELETE"))][1:] == []
        assert b.notices == [f"1 Jane: {done}"]


def test_a_lost_answer_that_no_read_settles_is_unknown() -> None:
    b = bench()

    def lose_everything() -> None:
        b.on_read = lose
        lose()

    b.on_write = lose_everything
    assert b.run("drop", 1) == exits.NOT_PROVED
    assert b.log[-1] == "outcome 1 unknown"


def test_reads_that_fail_for_a_while_do_not_spoil_the_proof() -> None:
    b = bench()
    failing = iter([True, True, False])

    def stumble() -> None:
        if next(failing, False):
            raise errors.Throttled("slow down", retry_after_s=1)

    def start_stumbling() -> None:
        b.on_read = stumble

    b.on_write = start_stumbling
    assert b.run("mute", 1) == exits.OK


def test_without_an_audit_line_nothing_is_sent() -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    b = bench(on_intent=full)
    assert b.run("mute", 1) == exits.NOT_PROVED
    assert b.log == []
    assert "No space left on device" in b.notices[0]


def test_a_refused_login_is_77_and_says_nothing_was_sent() -> None:
    def refuse() -> None:
        raise errors.Unauthorized("401 from the bridge", status=401)

    with pytest.raises(exits.CliExit, match="nothing was sent") as quit_:
        bench(on_read=refuse).run("mute", 1)
    assert quit_.value.code == exits.AUTH
    assert "endpoint" in quit_.value.lines[1]


def test_a_write_that_is_not_permitted_is_77_and_audited() -> None:
    def forbid() -> None:
        raise errors.Forbidden("403", status=403)

    b = bench(ignoring=True, on_write=forbid)
    assert b.run("mute", 1) == exits.AUTH
    assert b.log[-1] == "outcome 1 refused"
    assert "not permitted" in b.notices[0]


def test_a_drop_asks_and_of_several_only_their_number_will_do() -> None:
    for answer in ("", "n", "y", "yes!", "1"):
        b = bench(answer=answer)
        with pytest.raises(exits.CliExit, match="not confirmed"):
            b.run("drop", 1, 2, asks=True)
        assert b.log == []
        assert 1 in b.calls
    b = bench(answer="2")
    assert b.run("drop", 1, 2, asks=True) == exits.OK
    assert b.calls.keys() == {3}
    assert b.asked == ["Drop 2 callers? Type 2:"]
    assert b.notices[:2] == ["  1 Jane", "  2 5319"]
    b = bench(answer="y")
    assert b.run("drop", 1, asks=True) == exits.OK
    assert b.asked == ["Drop 1 caller? Type y:"]


def test_a_new_role_asks_and_only_y_will_do() -> None:
    for answer in ("", "n", "host"):
        b = bench(answer=answer)
        with pytest.raises(exits.CliExit, match="not confirmed"):
            b.run("role", 1, role="host", asks=True)
        assert b.log == []
    b = bench(answer="y")
    assert b.run("role", 1, role="host", asks=True) == exits.OK
    assert b.asked == ["Make 1 Jane a host? Type y:"]
    assert b.log == ["intent 1", "PUT 1 {'role': 1}", "outcome 1 done"]
    assert b.notices == ["1 Jane: made a host"]


def test_the_question_about_a_role_says_who_else_is_a_host() -> None:
    b = bench(answer="y")
    b.calls = {key: replace(call, meeting_number=300) for key, call in b.calls.items()}
    assert b.run("role", 2, role="participant", asks=True) == exits.OK
    assert b.notices[0] == "No host is left then."
    b.calls[2] = replace(b.calls[2], role=1)
    assert b.run("role", 1, role="listener", asks=True) == exits.OK
    assert b.notices[2].startswith("Everybody else here is a host, as some call flows make them")


def test_a_role_that_the_caller_has_is_not_sent_and_one_without_a_code_is_78() -> None:
    b = bench()
    assert b.run("role", 2, role="host") == exits.NOT_PROVED
    assert b.notices == ["2: already a host; nothing was sent"]
    with pytest.raises(exits.CliExit) as caught:
        b.run("role", 1, role="host", codes={"call.role": {1: "participant"}})
    assert caught.value.code == exits.CONFIG
    assert b.log == []


def test_an_end_says_how_many_go_and_wants_the_number() -> None:
    b = bench(answer="y")
    with pytest.raises(exits.CliExit, match="not confirmed"):
        b.run("end", 300, asks=True)
    assert b.log == []
    b = bench(answer="300")
    assert b.run("end", 300, asks=True) == exits.OK
    assert b.log == ["intent 300", "DELETE meeting 300", "outcome 300 done"]
    assert b.notices == ["Meeting 300 Ann: 2 callers will be hung up.", "300 Ann: ended"]


def test_ending_what_is_not_there_sends_nothing() -> None:
    b = bench()
    assert b.run("end", 1) == exits.NOT_PROVED
    assert b.log == []


def test_another_caller_with_the_id_after_the_question_is_not_dropped() -> None:
    b = bench(answer="y")
    b.on_ask = lambda: b.calls.update({1: Call(id=1, created=99, role=2)})
    assert b.run("drop", 1, asks=True) == exits.NOT_PROVED
    assert b.log == []
    assert "another one has its number" in b.notices[-1]


def test_a_caller_who_leaves_during_the_question_gets_no_request() -> None:
    b = bench(answer="y")
    b.on_ask = b.calls.clear
    assert b.run("drop", 1, asks=True) == exits.OK
    assert b.log == []


def test_a_number_reused_during_the_proof_proves_no_mute_and_does_prove_a_drop() -> None:
    for verb, code in (("mute", exits.NOT_PROVED), ("drop", exits.OK)):
        b = bench()

        def reuse(b: Bench = b) -> None:
            b.calls[1] = Call(id=1, created=99, role=2, mute_mode=2)

        b.on_write = reuse
        assert b.run(verb, 1) == code


def test_an_interrupted_action_leaves_an_outcome_line() -> None:
    def interrupt() -> None:
        raise asyncio.CancelledError

    b = bench(on_write=interrupt)
    with pytest.raises(asyncio.CancelledError):
        b.run("mute", 1)
    assert b.log[-1] == f"outcome 1 {Outcome.UNKNOWN.value}"


async def test_an_interruption_while_the_intent_is_written_leaves_no_open_intent() -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow_disk() -> None:
        began.set()
        assert go_on.wait(PATIENCE_S)

    b = bench(on_intent=slow_disk)
    target = CommandTarget(build("mute", b.calls[1], "Jane"), b, Codes(), WaitingClock())
    task = asyncio.create_task(carry_out(target, b, WaitingClock()))
    await asyncio.to_thread(began.wait, 20)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert b.log == ["intent 1", "outcome 1 refused"]


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["--read-only", "mute", "1"], "read-only: mute was not sent"),
        (["--read-only", "end", "--yes", "1"], "read-only: end was not sent"),
        (["drop", "1"], "--yes goes without"),
        (["end", "1"], "--yes goes without"),
        (["name", "1", "a\x1bb"], "control characters"),
    ],
)
def test_refused_before_anything_is_opened(
    argv: list[str],
    text: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", "https://bridge.invalid/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    assert main(argv) == exits.USAGE
    assert text in capsys.readouterr().err


def test_the_real_status_and_the_requests_own_time_are_audited() -> None:
    for verb, status in (("mute", 202), ("drop", 204)):
        b = bench()
        b.run(verb, 1)
        [result] = b.results
        assert (result.status, result.latency_s, result.proved_s) == (status, 0.25, 0.0)


def test_on_a_slow_bridge_one_look_says_no_more_than_one_look() -> None:
    b = bench(ignoring=True)
    asked: list[float] = []

    def slow() -> None:
        asked.append(b.clock.time)
        b.clock.time += 6.0

    b.on_write = lambda: setattr(b, "on_read", slow)
    assert b.run("mute", 1) == exits.NOT_PROVED
    assert b.log[-1] == "outcome 1 not applied"
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 5.0


@pytest.mark.parametrize(("applied_after_s", "line"), [(0, "muted"), (20, "muted: applied late")])
def test_a_lost_answer_may_be_applied_late(applied_after_s: float, line: str) -> None:
    b = bench(ignoring=True, on_write=lose)
    began = b.clock.time

    def apply() -> None:
        if b.clock.time - began >= applied_after_s and b.log:
            b.calls[1] = replace(b.calls[1], mute_mode=2)

    b.on_read = apply
    assert b.run("mute", 1) == exits.OK
    assert b.notices == [f"1 Jane: {line}"]


@pytest.mark.parametrize("verb", ["mute", "drop"])
def test_a_lost_answer_that_is_never_seen_applied_is_unknown(verb: str) -> None:
    b = bench(ignoring=True, on_write=lose)
    assert b.run(verb, 1) == exits.NOT_PROVED
    assert b.log[-1] == "outcome 1 unknown"
    assert "the answer was lost" in b.notices[0]
    assert 25 < b.clock.time - 100.0 <= 31


def test_a_field_that_cannot_be_read_proves_nothing() -> None:
    b = bench(ignoring=True)
    b.on_write = lambda: b.calls.update({1: replace(b.calls[1], mute_mode=None)})
    assert b.run("mute", 1) == exits.NOT_PROVED
    assert b.log[-1] == "outcome 1 unknown"
    assert b.notices == ["1 Jane: unknown: muteMode cannot be read"]


@pytest.mark.parametrize(
    ("verb", "slow_s", "looks"),
    [("mute", 4.0, 0), ("mute", 6.0, 1), ("drop", 0.5, 0), ("drop", 2.0, 1)],
)
def test_who_was_read_long_ago_is_read_again(verb: str, slow_s: float, looks: int) -> None:
    b = bench()
    reads: list[int] = []

    def slow() -> None:
        reads.append(len(b.log))
        if len(reads) == 1:
            b.clock.time += slow_s

    b.on_read = slow
    assert b.run(verb, 1) == exits.OK
    assert reads.count(0) == 1 + looks


@pytest.mark.parametrize("verb", ["mute", "drop"])
@pytest.mark.parametrize("stranger", [Call(id=1, created=99, role=2), None])
def test_a_caller_who_comes_while_others_are_read_is_left_alone(
    verb: str, stranger: Call | None
) -> None:
    b = bench()

    def slow() -> None:
        if b.clock.time == 100.0:
            b.clock.time += 6.0
        elif stranger is None:
            b.calls.pop(1, None)
        else:
            b.calls[1] = stranger

    b.on_read = slow
    code = b.run(verb, 1)
    assert b.log == []
    assert code == (exits.OK if verb == "drop" and stranger is None else exits.NOT_PROVED)
    assert b.notices[0].endswith("nothing was sent")


def test_after_a_429_the_rest_waits_as_long_as_it_asks_for() -> None:
    at = bench()
    at.calls = {nth: replace(at.calls[1], id=nth) for nth in range(1, 31)}
    sent_at: list[float] = []

    def throttle() -> None:
        sent_at.append(at.clock.time)
        if len(sent_at) == 1:
            raise errors.Throttled("429", status=429, retry_after_s=60.0)

    at.on_write = throttle
    assert at.run("mute", *range(1, 31)) == exits.NOT_PROVED
    assert len(sent_at) == 30
    assert sum(when >= sent_at[0] + 60 for when in sent_at) >= 30 - PARALLEL


def test_after_a_401_nothing_more_is_sent() -> None:
    at = bench()
    at.calls = {nth: replace(at.calls[1], id=nth) for nth in range(1, 31)}

    def refuse() -> NoReturn:
        raise errors.Unauthorized("401", status=401)

    at.on_write = refuse
    assert at.run("mute", *range(1, 31)) == exits.AUTH
    assert sum(line.startswith("PUT") for line in at.log) <= PARALLEL
    assert sum("the login is not accepted; nothing was sent" in line for line in at.notices) >= 22
