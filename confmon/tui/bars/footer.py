"""The footer: the keys that mean something here, from the one registry."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from confmon.commands import PAST, SCOPES, Command, Place, commands_of, keys_of, sign_of
from confmon.key_names import key_sign
from confmon.monitor.plans.command_plans import verb_of
from confmon.monitor.polling.freshness import STALE
from confmon.tui.bars.ages import about
from confmon.tui.bars.bar import Part, Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.monitor.session import Session


BY_FOOTER: tuple[Place, ...] = ("needs", *PAST)
"""The screens with a footer of one order, whatever is under the cursor."""


def footer_line(
    session: Session,
    place: Place,
    *,
    typing: bool,
    words: Sequence[str] = (),
    escape: str = "Clear it",
    under: Any,
    means: Callable[[Command], bool],
    check: Callable[[Command], bool | None],
    reason: str,
) -> Parts:
    """Return the keys, and on the right why the verbs are off, where they are.

    While the filter is being typed, letters are text: then only what ends it, what `escape` does
    and the `words` that the last one may become. A key that toggles
    says what it would do to the marked, or to what is `under` the cursor. `means` says which
    commands mean something now, `check` which can be done (None: not now, for the `reason`).
    """
    if typing:
        ends = (
            ("enter", "Keep the filter"),
            ("esc", escape),
            *[("tab", "Complete")] * any(words),
        )
        line = ((Part(f" {sign}", "key"), Part(f" {label} ")) for sign, label in ends)
        listed = Part(f" {' '.join(words)} ", "dim", yields=True) if words else Part("")
        return Parts((*chain.from_iterable(line), listed))
    is_past = session.is_past and place == "live"
    running = session.undo.running() if place == "live" else None
    left: list[Part] = []
    among_rows = session.view.kind == "call" if place == "live" else place not in BY_FOOTER
    in_order = _of_the_past(place) if is_past else _in_order(place, among_rows=among_rows)
    for place_in_line, command in enumerate(in_order, 1):
        stops = command.id == "back" and running is not None and not is_past
        if not (stops or means(command)) or (state := check(command)) is False:
            continue
        if not (sign := sign_of(command, session.settings.keys)):
            continue
        # The last go first when the terminal is narrow; help and quit stay.
        priority = 0 if command.id in ("help", "quit") else place_in_line
        key_tone, tone = ("dim", "dim") if state is None else ("key", "")
        left.append(Part(f" {sign}", key_tone, command.id, priority))
        label = "Stop" if stops else _label(command, session, under, is_past=is_past)
        left.append(Part(f" {label} ", tone, command.id, priority))
    right = [Part(f" {reason} ", "dim" if reason == "read-only" else "warn")] if reason else []
    if running is not None:
        count = f"{running.sent} of {running.total}"
        waits = session.dispatch is not None and session.dispatch.waits_for_data
        # While it waits for data, u is off as every verb is.
        stops_it = "esc or u stops it" if running.is_last and not waits else "esc stops it"
        if is_past:
            stops_it = "esc, then esc again stops it"
        rest_s = session.dispatch.rests_s if session.dispatch is not None else 0.0
        rests = f"next in {rest_s:.0f} s (429) · " if rest_s else ""
        rests = f"waits: {STALE} · " if waits else rests
        log = session.pending_actions.log
        bulk = log.bulk_of(running.press)
        left_s = bulk.left_s(log.now(), running.total) if bulk is not None else None
        lasts = "" if left_s is None or rests else f"{about(left_s)} left · "
        text = f" {running.doing.rstrip('…')} {count} · {rests}{lasts}{stops_it} "
        right.insert(0, Part(text, "strong", "back", short=f" {count} "))
    return Parts(tuple(left), tuple(right))


_TOGGLES = {
    "mute": "Mute",
    "unmute": "Unmute",
    "hold": "Hold",
    "release": "Release",
    "lock": "Lock",
    "unlock": "Unlock",
    "record": "Record",
    "stop_recording": "Stop recording",
}


def _label(command: Command, session: Session, under: int | None, *, is_past: bool) -> str:
    """Return what a key would do now."""
    if command.id == "back" and is_past:
        return "Now"
    if command.id == "pause":
        return "Resume" if session.is_paused else command.label
    if command.id == "mark" and under in session.view.marks:
        return "Unmark"
    if command.id == "podium" and session.view.kind == "call" and under is not None:
        call = session.live_state.calls.get(under)
        asker = session.podium.next_in((call.meeting_number if call else None) or 0)
        return "Answer" if asker is not None and asker.call == under else command.label
    if command.id not in _TOGGLES:
        return command.label
    return _TOGGLES.get(verb_of(session, command.id, under) or "", command.label)


@cache
def _in_order(place: Place, *, among_rows: bool) -> tuple[Command, ...]:
    """Return what is likelier wanted first: what acts on the row, then finding and marking."""
    ranks = {"caller": 0, "app": 0, "needs": 0, "past": 2, "table": 1, "meeting": 2, "view": 3}
    commands = [command for command in commands_of(place) if command.footer]
    commands.sort(
        key=lambda command: (
            command.footer >= 30,
            ranks.get(command.scope, 0) if among_rows else 0,
            command.footer,
        )
    )
    return tuple(commands)


_WAYS = ("back", "time", "scan_back")
"""What leads through the past, and out of it."""


@cache
def _of_the_past(place: Place) -> tuple[Command, ...]:
    """Return what can be done in the past: the way back to now first, and no verb."""
    commands = [command for command in commands_of(place) if command.footer and not command.writes]
    commands.sort(
        key=lambda command: (
            command.id not in _WAYS,
            not command.in_past,
            command.footer >= 30,
            command.footer,
        )
    )
    return tuple(commands)


def help_rows(
    remapped: Mapping[str, str], place: Place, *, read_only: bool = False
) -> list[tuple[str, str, str, str]]:
    """Return (scope, keys, label, help) of every command of a screen, for its help."""
    return [
        (command.scope, signs, command.label, command.help)
        for command in sorted(commands_of(place), key=lambda command: SCOPES.index(command.scope))
        if not (command.writes and read_only)
        and (signs := " ".join(key_sign(key) for key in keys_of(command, remapped)))
    ]
