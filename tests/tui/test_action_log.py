"""What the log pane writes of a bulk: one line that counts, and one for each who was not done."""

from __future__ import annotations

from confmon.config.settings.model import Settings
from confmon.monitor.actions.action import STOPPED, Outcome, Result
from confmon.monitor.actions.log import ActionLog, LogEntry
from confmon.monitor.actions.verbs import build
from confmon.monitor.session import Session
from confmon.tui.bars.action_log import log_lines
from tests.clock import HandClock
from tests.monitor.conftest import MemoryAudit, a_call
from tests.monitor.test_session import Remembered


def texts(session: Session) -> list[tuple[str, str]]:
    return [(line[1][0], line[2][0]) for line in log_lines(session)]


def test_a_bulk_says_how_long_it_lasts_by_its_pace_of_late() -> None:
    clock = HandClock()
    log = ActionLog(clock.now)
    entries = [
        LogEntry(build("mute", a_call(key), "x", group="g"), 0.0, Result(outcome=Outcome.WAITING))
        for key in range(1, 101)
    ]
    for entry in entries:
        log.append(entry)
    bulk = log.bulk_of("g")
    assert bulk is not None
    for entry in entries[:4]:
        log.tell(entry, Result(outcome=Outcome.SENT))
    assert bulk.left_s(clock.now()) is None, "nobody knows yet"
    for entry in entries[4:40]:  # the first came at once, the others at four a second
        clock.time_s += 0.25
        log.tell(entry, Result(outcome=Outcome.SENT))
    left_s = bulk.left_s(clock.now())
    assert left_s is not None
    assert abs(left_s - 60 / 4) <= 1
    more_s = bulk.left_s(clock.now(), total=140)
    assert more_s is not None
    assert abs(more_s - 100 / 4) <= 2
    clock.time_s += 30
    stuck_s = bulk.left_s(clock.now())
    assert stuck_s is not None
    assert stuck_s > 2 * left_s, "it rests, and that is lines"
    for entry in entries[40:]:
        log.tell(entry, Result(outcome=Outcome.REFUSED, detail=STOPPED))
    assert bulk.left_s(clock.now()) is None


def test_of_620_three_are_refused_and_named_and_stay_so() -> None:
    session = Session(
        Settings(profile="test", base_url="http://127.0.0.1", login="x"),
        audit=MemoryAudit([]),
        ignored_fields=Remembered(),
        clock=HandClock(),
        on_change=lambda: None,
    )
    log = session.pending_actions.log
    entries = [
        LogEntry(
            build("mute", a_call(key), f"caller {key}", group="g"), 0.0, Result(outcome=outcome)
        )
        for key, outcome in enumerate([Outcome.SENT] * 620, 1)
    ]
    for entry in entries:
        log.append(entry)
    assert texts(session) == [("0/620", "mute 620 callers — 620 sent · meeting 100")]
    for entry in entries[3:]:
        log.tell(entry, Result(outcome=Outcome.DONE))
    for entry in entries[:3]:
        log.tell(entry, Result(outcome=Outcome.REFUSED, detail="403 not permitted"))
    lines = [
        ("620/620", "mute 620 callers — 617 done, 3 refused · meeting 100"),
        *[("refused", f"caller {key} — mute: 403 not permitted") for key in (1, 2, 3)],
    ]
    assert texts(session) == lines
    for group in ("h", "i"):
        for key in range(1, 621):
            call = a_call(key, meeting_number=200)
            log.append(
                LogEntry(build("hold", call, "x", group=group), 0.0, Result(outcome=Outcome.DONE))
            )
    assert texts(session) == [
        *lines,
        *[("done", "hold 620 callers — 620 done · meeting 200")] * 2,
    ]
    log.tell(entries[0], Result(outcome=Outcome.DONE, detail="applied late", proved_s=20.0))
    assert texts(session)[:2] == [
        ("620/620", "mute 620 callers — 618 done, 2 refused · meeting 100"),
        ("done", "caller 1 — muted: applied late · seen after 20.0 s"),
    ]
