"""What the lines above the table say: where we are, how fresh it is, what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from confmon.commands import BY_ID, NEEDS_YOU, sign_of
from confmon.monitor.polling.freshness import ago
from confmon.monitor.polling.snapshot import MEETINGS
from confmon.monitor.views.meeting_columns import entry_policy, marks, switches
from confmon.tui.bars.ages import age_of_count
from confmon.tui.bars.bar import NARROWED, Part, Parts
from confmon.tui.bars.past import past_parts
from confmon.tui.bars.sharing import share_parts
from confmon.tui.table.cells import cut

if TYPE_CHECKING:
    from confmon.monitor.polling.live_state import Tally
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.tui.bars.ages import Counted

SLOW_S = 2.0
"""The pace of a bridge is shown where a whole read takes so long: stale is judged by it."""
LEAST_WIDTH, LEAST_HEIGHT = 40, 10
"""On less, only age and state are shown, and no verb acts."""


def top_line(session: Session, fresh: list[Part] | None = None, *, base_url: str = "") -> Parts:
    """Return profile and host on the left, the state of the data on the right.

    A section gives `fresh`, how its own lists fare, and `base_url`, which API they are from.
    """
    settings = session.settings
    host = urlsplit(base_url or settings.base_url).netloc
    left = [
        Part(" confmon ", "brand", priority=9),
        Part(f" {settings.profile} ", "strong"),
        Part(f" {host} ", "", priority=6),
    ]
    if settings.read_only:
        left.append(Part(" READ-ONLY ", "strong"))
    right = _freshness(session) if fresh is None else fresh
    return Parts(tuple(left), (*share_parts(session), *right))


def _freshness(session: Session) -> list[Part]:
    if session.poller is None or session.bridge is None:
        return [Part("starting… " if not session.trouble else "no connection ")]
    if session.is_past:
        return past_parts(session)
    state, age = session.feed_state(), session.age_s()
    parts = []
    if session.is_paused:
        parts += [Part(f" PAUSED {ago(session.paused_for_s)} ", "paused"), Part(" ")]
    if age is None:
        parts.append(Part("no data yet  "))
    else:
        stale = session.is_stale()
        if stale:
            parts += [Part(f" STALE {age_text(age)} ", "outage"), Part(" ")]
        else:
            parts.append(Part(f"age {age_text(age)}  "))
        if state.read_s >= SLOW_S:
            read = age_text(state.read_s)
            parts[-1] = parts[-1]._replace(text=parts[-1].text.rstrip() + " ")
            parts.append(Part(f"· a read takes {read}  ", short=f"· read {read}  ", priority=3))
        parts.append(Part(f"{state.latency_s * 1000:.0f} ms  ", priority=5))
    parts.append(Part(f"{session.bridge.requests_per_minute()} req/min  ", priority=7))
    parts.append(Part(f"every {session.interval_s:g}s ", priority=4))
    return parts


def age_text(seconds: float) -> str:
    """Return an age for the header."""
    # Whole seconds: tenths would be sent over the line every time it is drawn, and tell nothing.
    return f"{int(seconds)}s" if seconds < 60 else ago(seconds)


def tabs_line(session: Session, *, typing: bool) -> Parts:
    """Return where one can go and where one is; on the right filter, marks and order."""
    live_state, view = session.live_state, session.view
    left = tabs(session, session.views.main.subject)
    if view.meeting is not None:
        left = [_narrowed(part) if part.short else part for part in left]
        left.extend(_meeting_parts(view.meeting, session))
    elif live_state.meetings and not live_state.calls_known:
        left.append(Part(" counting callers…", "dim", priority=8))
    right = []
    if view.marks:
        right.append(Part(f" {len(view.marks)} marked ", "accent", short=f" {len(view.marks)}● "))
    if view.is_held(session.clock.now()):
        right.append(Part(" order held ", "dim", priority=7))
    if view.filter:
        if not typing:
            right.append(Part(f" /{view.filter_text} ", "accent", "filter"))
        read = view.total or any(feed in session.store.seen for feed in session.feeds())
        shown, total = view.counts(live_state)
        right.append(Part(f" {shown} of {total} " if read else " … of … ", "strong"))
    return Parts(tuple(left), tuple(right))


def _narrowed(part: Part) -> Part:
    """Return a tab that makes room for the meeting one is in; the last keeps off what follows."""
    short = part.short.rstrip() + " " * (part.command == SECTIONS[-1])
    return part._replace(priority=NARROWED, short=short)


_UNREAD = Part(" … callers", "dim", short=" …")
COUNTED: tuple[Counted, ...] = ("meetings", "calls")
LIVE = (*COUNTED, "meeting")
"""What shows the past while the past is looked at; anything else shows what is so now."""
SECTIONS = ("rooms", "numbers", "forwarding", "history")


def tabs(session: Session, here: str) -> list[Part]:
    """Return everything one can go to, `here` set off; on a narrow terminal the digits alone."""
    is_past = session.is_past and here in LIVE
    live_state = session.live_state if here in LIVE else session.store.live_state
    counts: dict[str, int | None] = {
        "meetings": len(live_state.meetings) if live_state.meetings_known else None,
        "calls": len(live_state.calls) if live_state.calls_known else None,
    }
    ages: dict[str, str] = (
        {} if is_past else {subject: age_of_count(session, subject) for subject in COUNTED}
    )
    keys = session.settings.keys
    parts = []
    for id_ in (*COUNTED, *SECTIONS):
        command = BY_ID[id_]
        sign = sign_of(command, keys)
        count = counts.get(id_)
        more = "" if id_ in SECTIONS else " …" if count is None else f" {count}"
        title = f" {sign} {command.label}" if sign else f" {command.label}"
        short = f"{title} " if id_ == here else f" {sign or command.label[0]} "
        tone = "here" if id_ == here else "tab"
        if old := ages.get(id_):
            parts.append(Part(title, tone, id_, short=short.rstrip()))
            parts.append(Part(f"{more} {old} ", tone if id_ == here else "dim", id_, short=" "))
        else:
            parts.append(Part(f"{title}{more} ", tone, id_, short=short))
    return [*parts, *_needs_parts(session)]


def _needs_parts(session: Session) -> list[Part]:
    """Return how many ask for somebody, wherever one is; on a narrow terminal the number alone."""
    counts = session.attention.counts()
    sign = sign_of(BY_ID[NEEDS_YOU], session.settings.keys) or "!"
    tone = "alarm" if counts.red else "alert" if counts.amber else "dim"
    known = session.store.live_state.calls_known
    count = f"{counts.loud}" if known else "…"
    goes = 0 if counts.loud else 14  # nobody is missed where there is no room to say so
    return [
        Part(f" {sign} ", tone, NEEDS_YOU, priority=goes),
        Part("Needs you now " if session.is_past else "Needs you ", tone, NEEDS_YOU, priority=15),
        Part(f"{count} ", tone, NEEDS_YOU, priority=goes),
    ]


def filter_parts(view: ListView, shown: int, *, typing: bool) -> list[Part]:
    """Return the filter, unless it is being typed, and how many rows it leaves, if there is one."""
    if not view.filter_text:
        return []
    typed = [] if typing else [Part(f" /{view.filter_text} ", "accent", "filter")]
    return [*typed, Part(f" {shown} of {view.total} ", "strong")]


def roles_text(tally: Tally) -> str:
    """Return in words who the callers are.

    >>> from confmon.monitor.polling.live_state import Tally
    >>> roles_text(Tally(hosts=1, participants=12, muted=3))
    '1 host, 12 participants'
    """
    return ", ".join(
        f"{count} {word}{'s' * (count != 1)}"
        for count, word in (
            (tally.hosts, "host"),
            (tally.participants, "participant"),
            (tally.listeners, "listener"),
            (tally.others, "other"),
        )
        if count
    )


def _meeting_parts(number: int, session: Session) -> list[Part]:
    """Return the title of an open meeting: what it is, what goes on, and its totals.

    On a narrow terminal they are shortened, the name most, and none is left out.
    """
    live_state = session.live_state
    meeting = live_state.meetings.get(number)
    parts = [Part(" ▸", "here")]
    if meeting is not None and meeting.subscriber_name:
        parts.append(Part(f" {meeting.subscriber_name}", "here", yields=True))
    parts.append(Part(f" {number} ", "here"))
    if meeting is not None:
        note = live_state.notes.get(("meeting", number))
        if note is not None:
            tone = "pending" if note.under_way else "bad" if note.text == "not applied" else "warn"
            parts.append(Part(f" {note.text}", tone))
        look = session.look()
        parts += [Part(f" {word}", tone) for word, tone in switches(meeting)]
        parts += [
            Part(f" {word}", tone, short=f" {word[:4]}") for word, tone in marks(meeting, look)
        ]
        restoring = 0 if session.is_past else session.ledger.left_open(number)
        if restoring:
            parts.append(Part(f" restoring {restoring}", "pending"))
        if policy := entry_policy(meeting, look):
            parts.append(Part(f" {policy}", "muted", short=" entry mut"))
        parts += _operator_parts(number, session)
    elif session.is_past:
        parts.append(Part(" not live then", "warn"))
    elif session.poller and session.poller.state(MEETINGS).ok_asked_at:
        parts.append(Part(" ended", "warn"))
    if not live_state.knows(number):
        return [*parts, _UNREAD]
    tally = live_state.tally(number)._replace(hands=session.look().hands(number))
    return [*parts, *_tally_parts(tally)]


def _operator_parts(number: int, session: Session) -> list[Part]:
    """Return who has claimed a meeting, and who else looks at it."""
    if session.together is None or session.is_past:
        return []
    parts = []
    claim, others = session.together.claims.of(number), session.together.beside(number)
    if claim is not None and claim.is_mine:
        parts.append(Part(" mine", "good"))
    elif claim is not None:
        name = cut(claim.operator.name, 10)
        parts.append(Part(f" claimed by {claim.operator}", "warn", short=f" {name}'s"))
        others = tuple(operator for operator in others if operator != claim.operator)
    if others:
        names = ", ".join(str(operator) for operator in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        parts.append(Part(f" · also here: {names}{more}", "accent", short=f" +{len(others)}"))
    return parts


def _tally_parts(tally: Tally) -> list[Part]:
    """Return how many callers there are and in which states, shortened on a narrow terminal."""
    callers = f"  {tally.callers} caller{'s' * (tally.callers != 1)}"
    parts = [Part(callers, "dim", short=f"  {tally.callers}")]
    if tally.callers:
        parts.append(Part(f": {roles_text(tally)}", "dim", priority=12))
    states = (
        (tally.muted, "muted", " · {} mut", "dim"),
        (tally.held, "held", " · {} held", "dim"),
        (tally.hands, "asking", " ✋{}", "asks"),
    )
    parts += [
        Part(f" · {count} {word}", tone, short=brief.format(count))
        for count, word, brief, tone in states
        if count
    ]
    return parts


def too_small_line() -> Parts:
    """Return what is shown on a terminal on which a row could not be read."""
    text = f" too small: {LEAST_WIDTH}x{LEAST_HEIGHT} or more "
    return Parts((Part(text, "warn", short=" too small "),))
