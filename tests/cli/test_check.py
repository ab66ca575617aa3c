"""The plug-in of Nagios and Icinga: its output, and exits that are 0 to 3 whatever happens."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.cli import main
from confmon.cli.commands.watching.attention import Watch
from confmon.cli.commands.watching.check import Thresholds
from confmon.cli.output.plugin import LINES, Figure, State, perfdata, report
from confmon.config.settings.attention import RULE_IDS, AttentionSettings
from confmon.models.codes import Codes
from confmon.monitor.attention.rules import RULES
from confmon.monitor.attention.signal import Signal
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from tests.clock import HandClock
from tests.monitor.conftest import MemoryBridge, a_call
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.monitor.attention.signal import Severity
    from tests.cli.conftest import Served

FAST = ("--interval", "0.5", "check")
PERFDATA = re.compile(
    r"'(?P<label>[^'=|]+)'=(?P<value>-?[0-9.]+)(?:s|%|c|[KMGT]?B)?;[0-9.:~@]*;[0-9.:~@]*;0;"
)
"""By the guidelines for plug-ins."""


def checked(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, dict[str, float]]:
    """Run the check; return its exit code, its text, and its figures by label."""
    code = main([*FAST, *argv])
    first, *rest = capsys.readouterr().out.splitlines()
    text, _, data = first.partition(" | ")
    assert not any("|" in line for line in (text, data, *rest))
    found = [PERFDATA.fullmatch(one) for one in data.split(" ")] if data else []
    assert all(found), data
    figures = {match["label"]: float(match["value"]) for match in found if match}
    assert len(figures) == len(found)
    return code, "\n".join([text, *rest]), figures


def test_nothing_needs_anybody(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, figures = checked(capsys, "--rule", "question")
    callers = sum(call.role != 0 for call in served.world.calls.values())
    assert code == State.OK
    assert text == f"CONFMON OK - nothing needs anybody: {callers} callers in 4 meetings"
    assert figures.pop("scan") > 0
    assert figures == {"calls": callers, "meetings": 4, "red": 0, "amber": 0, "question": 0}
    assert {method for method, *_ in served.requests} == {"GET"}


def test_amber_is_a_warning_and_red_is_critical(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = [rule for rule in RULE_IDS if rule not in ("question", "capacity")]
    config_file.write_text(f"[attention]\noff = {json.dumps(others)}\n", "utf-8")
    config_file.chmod(0o600)
    [caller] = served.callers(1)
    caller.qa_mode = 1
    code, text, figures = checked(capsys)
    number = caller.meeting.number
    assert code == State.WARNING
    assert text.startswith(f"CONFMON WARNING - 0 red, 1 amber: has a question in {number}\n")
    assert (figures["amber"], figures["red"], figures["question"]) == (1, 0, 1)
    [meeting, *_] = served.world.meetings.values()
    meeting.attributes["conference_maxcalls"] = str(meeting.participant_count)
    code, text, figures = checked(capsys)
    assert code == State.CRITICAL
    assert text.startswith(f"CONFMON CRITICAL - 1 red, 1 amber: nearly full in {meeting.number}, ")
    red, amber = text.splitlines()[1:]
    assert re.fullmatch(rf"red for \S+: nearly full in {meeting.number} .*: full: .*", red)
    assert re.fullmatch(rf"amber for \S+: has a question in {number} [^:]*", amber)


def test_thresholds_of_a_rule(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for caller in served.callers(3):
        caller.qa_mode = 1
    rule = ("--rule", "question")
    for argv, state in (
        ((), State.WARNING),
        (("--warning", "question=4"), State.OK),
        (("--warning", "question=3"), State.WARNING),
        (("--critical", "question=4"), State.WARNING),
        (("--warning", "question=2", "--critical", "question=3"), State.CRITICAL),
    ):
        assert checked(capsys, *rule, *argv)[0] == state
    text = checked(capsys, *rule)[1]
    assert re.search(r"0 red, 3 amber: has a question in [0-9]+ \(\+2\)\n", text)
    main([*FAST, *rule, "--warning", "question=3", "--critical", "question=5"])
    assert "'question'=3;2;4;0;" in capsys.readouterr().out
    assert checked(capsys, *rule, "--critical", "alone=2")[0] == State.UNKNOWN


def a_signal(rule: str, severity: Severity, at: int) -> Signal:
    return Signal(rule=rule, severity=severity, target=("call", at), text="", since=0.0)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["amber", "red"]))),
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 4)),
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 4)),
)
def test_the_worst_rule_makes_the_state(
    found: list[tuple[str, Severity]], warning: dict[str, int], critical: dict[str, int]
) -> None:
    signals = [a_signal(rule, severity, at) for at, (rule, severity) in enumerate(found)]
    thresholds = Thresholds(warning, critical)
    by_rule = [
        thresholds.judge([one for one in signals if one.rule == rule]) for rule in ("a", "b")
    ]
    assert thresholds.judge(signals) == max(by_rule)
    assert thresholds.judge([*signals, a_signal("a", "red", 99)]) >= thresholds.judge(signals)
    if not warning and not critical:
        severities = {severity for _, severity in found}
        expected = State.CRITICAL if "red" in severities else State(bool(severities))
        assert thresholds.judge(signals) == expected


def test_of_one_meeting(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for caller in served.callers(30):
        caller.qa_mode = 1
    meeting = served.callers(1)[0].meeting
    asking = sum(call.qa_mode == 1 for call in meeting.calls.values())
    rule = ("--rule", "question", "--meeting")
    code, _, figures = checked(capsys, *rule, str(meeting.number))
    assert (code, figures["question"], figures["meetings"]) == (State.WARNING, asking, 1)
    code, text, figures = checked(capsys, *rule, "999999")
    assert (code, figures["meetings"]) == (State.OK, 0)
    assert text == "CONFMON OK - meeting 999999 is not live"


def test_numbers_are_cut_unless_asked_for(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    [caller] = served.callers(1)
    caller.qa_mode = 1
    number = caller.caller or "?"
    assert number not in checked(capsys, "--rule", "question")[1]
    assert number in checked(capsys, "--rule", "question", "--reveal-numbers")[1]


def test_a_callers_name_is_no_figure_and_no_markup(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    [caller] = served.callers(1)
    caller.qa_mode, caller.custom_name = 1, "A|B <b>x</b> \\n 'red'=0"
    code, text, figures = checked(capsys, "--rule", "question")
    assert (code, figures["question"]) == (State.WARNING, 1)
    assert "A¦B ‹b›x‹/b› /n" in text


@pytest.mark.parametrize(
    "argv",
    [
        ["check", "--rule", "nonsense"], ["check", "--bogus"], ["--interval", "x", "check"],
        ["check", "--interval", "0.1"], ["--filter", "x", "check"], ["check", "--warning", "alone"],
        ["check", "--critical", "alnoe=1"], ["check", "--warning", "alone=0"],
        ["check", "--for", "60"], ["check", "--timeout", "0"], ["check", "--profile", "none"],
        ["check", "--login", "nobody"], ["check", "--base-url", "http://127.0.0.1:9/v1"],
        ["check", "--base-url", "nonsense"], ["check", "--config", "/nowhere"],
        ["check", "--timeout", "1"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_failure_is_unknown_and_printed_on_stdout(
    served: Served, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == State.UNKNOWN
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("CONFMON UNKNOWN - ")
    assert "confmon: " not in first
    assert served.base_url


def test_a_rule_that_is_off_is_no_ok(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text('[attention]\noff = ["question"]\n', "utf-8")
    config_file.chmod(0o600)
    code, text, _ = checked(capsys, "--rule", "question")
    assert (code, text) == (State.UNKNOWN, "CONFMON UNKNOWN - [attention] off has question")
    _, _, figures = checked(capsys)
    assert "alone" in figures
    assert "question" not in figures
    assert served.requests


def test_a_refused_login_is_asked_once(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = checked(capsys, "--login", "nobody")
    assert (code, len(served.requests)) == (State.UNKNOWN, 1)
    assert "does not accept the login (401)" in text


def test_a_signal_is_unknown(served: Served) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "confmon", "check", "--interval", "60", "--timeout", "300"],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert served.asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (State.UNKNOWN, "CONFMON UNKNOWN - interrupted\n")


def test_help_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == State.OK
    assert "2  CRITICAL" in capsys.readouterr().out


@given(st.text(), st.floats(0, 1e9), st.lists(st.text()))
def test_any_text_stays_in_its_place(text: str, value: float, lines: list[str]) -> None:
    printed = report(State.OK, text, [Figure(text or "x", value)], lines)
    first, *rest = printed.split("\n")
    assert first.count("|") == 1
    assert len(rest) == min(len(lines), LINES + 1)
    assert not any("|" in line for line in rest)


@given(st.text(min_size=1), st.floats(0, 1e12))
def test_a_label_is_quoted(label: str, value: float) -> None:
    data = perfdata(Figure(label, value))
    assert data.count("'") == 2
    assert data.count("=") == 1
    assert re.fullmatch(r"[0-9]+(\.[0-9]{1,3})?;;;0;", data.rpartition("'=")[2])


def test_what_was_not_read_is_no_ok(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.quirks.unreadable_every = 2
    code, text, _ = checked(capsys, "--rule", "question")
    assert code == State.UNKNOWN
    unreadable = sum(call.id % 2 == 0 for call in served.world.calls.values())
    assert text.startswith("CONFMON UNKNOWN - nothing needs anybody: ")
    assert text.endswith(f"; {unreadable} calls could not be read")
    readable = next(call for call in served.callers(9) if call.id % 2)
    served.world.change(readable, qa_mode=1)
    code, text, _ = checked(capsys, "--rule", "question")
    assert (code, "calls could not be read" in text) == (State.WARNING, True)


@pytest.mark.parametrize("always", [True, False])
async def test_one_whole_read_will_do(always: bool) -> None:
    clock = HandClock()
    bridge = MemoryBridge(clock)
    bridge.calls[1] = a_call(1, meeting_number=100)
    watch = Watch(cast("Any", bridge), RULES, AttentionSettings(), Codes(), clock)
    bridge.hidden = {1} if always else set()
    running = asyncio.create_task(watch.run(2.0, 10, None))
    await clock.advance(3)
    bridge.hidden = {1}
    await clock.advance(20)
    await running
    torn = "the list of calls moved while it was read"
    assert watch.missing == {MEETINGS: "", ALL_CALLS: torn if always else ""}
