"""What the keys for attention do, on whichever screen they are pressed. They send nothing."""

from __future__ import annotations

import getpass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from confmon.monitor.attention.rules import BY_ID
from confmon.monitor.needs import (
    SNOOZE_MINUTES,
    are_stale,
    known_age_s,
    known_until,
    toggle_acknowledged,
    toggle_snoozed,
)
from confmon.monitor.polling.freshness import ago
from confmon.monitor.views.live_columns import duration
from confmon.monitor.views.need_columns import signal_key

if TYPE_CHECKING:
    from confmon.commands import Command
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.session import Session

NOBODY = "nobody needs you"
NOBODY_ASKS = "nobody asks"
NOTHING_HERE = "nothing under the cursor needs somebody"


class Leads(Protocol):
    """As much of the navigator as leads to who needs somebody."""

    def show_needs(self, key: str = "") -> None:
        """Look at the list, and in it at a signal, if any."""

    def go_to(self, meeting: int | None, call: int | None) -> str:
        """Go to a caller that is live, or into a meeting. Return what else to say."""

    def say_anew(self, text: str) -> None:
        """Say something in the place of the last notice of this kind."""


@cache
def operator() -> str:
    """Return who is at the keys, for what is acknowledged here."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without an entry in the list of users
        return "you"


class NeedKeys:
    """The keys that go to who needs somebody, and those that keep a signal quiet."""

    def __init__(self, session: Session, navigator: Leads) -> None:
        self._session = session
        self._navigator = navigator
        self._say = navigator.say_anew

    def mean(self, command: Command, here: tuple[Signal, ...]) -> bool:
        """Whether a command means something now, `here` being the signals under the cursor."""
        if command.id in ("acknowledge", "snooze"):
            return bool(here)
        if command.id == "next_asker":
            return len(self._session.memory.asking) > 0
        return self._session.attention.counts().loud > 0

    # Going there.

    def go_to_next(self) -> None:
        """Go to the next signal, and say which it is."""
        stop = self._session.needs.next_signal()
        if stop is None:
            self._say(f"{NOBODY}{self._known()}")
            return
        signal = stop.signal
        lasts = self._lasts(signal.since)
        more = f", and {stop.more} more here" if stop.more else ""
        words = f"{stop.at} of {stop.of}: {BY_ID[signal.rule].title}, {lasts}{more}{self._known()}"
        self._say(f"{words}{self.go_to(signal)}")

    def go_to(self, signal: Signal) -> str:
        """Go to what a signal is about. Return what else to say, or an empty string."""
        kind, key = signal.target
        self._session.needs.visit(signal)
        if kind == "call":
            return self._land(None, key)
        if kind == "meeting":
            call = signal.call
            if call is not None and call in self._session.live_state.calls:
                return self._land(None, call)
            return self._land(key, None)
        self._navigator.show_needs(signal_key(signal))
        return ""

    def go_to_asker(self, under: int | None) -> None:
        """Go to who has asked longest; from one who asks, to the next."""
        turn = self._session.needs.next_asker(under)
        if turn is None:
            self._say(f"{NOBODY_ASKS}{self._known()}")
            return
        asker = turn.asker
        lasts = self._lasts(asker.since)
        if asker.at_least:
            lasts += " or more"
        what = "asks for help" if asker.help else "has a question"
        if not (asker.help or asker.question):
            what = "was put into the queue"
        after = f", {turn.after} more in this meeting" if turn.after else ""
        words = f"{turn.at} of {turn.of}: {what}, {lasts}{after}{self._known()}"
        self._say(f"{words}{self._land(None, asker.call)}")

    def _lasts(self, since: float) -> str:
        return duration(known_until(self._session) - since)

    def _land(self, meeting: int | None, call: int | None) -> str:
        live_state = self._session.live_state
        is_there = meeting in live_state.meetings if call is None else call in live_state.calls
        if is_there:
            return self._navigator.go_to(meeting, call)
        if self._session.is_past:
            return " · not in the past that is shown"
        if self._session.is_paused:
            return " · not in the paused view"
        return " · the meeting has ended" if call is None else " · the caller has left"

    def _known(self) -> str:
        """Return how old all this is, where it is too old to go by."""
        if not are_stale(self._session):
            return ""
        age = known_age_s(self._session)
        return " as far as is known" if age is None else f" · as of {ago(age)} ago"

    # Keeping it quiet.

    def quiet(self, command_id: str, here: tuple[Signal, ...]) -> bool:
        """Acknowledge or snooze the signals under the cursor, or take that back.

        Return whether they are quiet now.
        """
        attention = self._session.attention
        if not here:
            self._say(NOTHING_HERE)
            return False
        if command_id == "acknowledge":
            done = toggle_acknowledged(attention, here, operator())
            done_now = "acknowledged" if done else "no longer acknowledged"
        else:
            done = toggle_snoozed(attention, here)
            done_now = f"snoozed for {SNOOZE_MINUTES:.0f} min" if done else "no longer snoozed"
        self._say(f"{done_now}: {_names(here)}")
        return done


def _names(signals: tuple[Signal, ...]) -> str:
    """Return which signals these are: their rules, and where."""
    titles = ", ".join(dict.fromkeys(BY_ID[signal.rule].title for signal in signals))
    number = signals[0].meeting
    return titles if number is None else f"{titles}, meeting {number}"
