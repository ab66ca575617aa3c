"""Judges every key of the app, and holds requests back until the verdict is final.

A verb acts only on a key that is pressed alone. What can be undone (a dialog, `muting…` in a row)
happens at once; what cannot (a request, leaving) waits until no later key shows that the key was
pasted or typed.
"""

from __future__ import annotations

from contextlib import contextmanager
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast
from weakref import WeakKeyDictionary

from confmon.tui.keys.pace import ALONE_S, WORD_S, Kind, Pace, Press, Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual import events
    from textual.app import App
    from textual.widget import Widget

KEY_REASONS = {
    Verdict.BURST: "keys that came all at once, as pasted text does, are no commands",
    Verdict.TYPED: "keys pressed like a word are no commands; pause a second, then press one",
    Verdict.HELD: "a key that is held down acts once",
}
"""The messages about keys that did nothing."""

ANSWER_REASONS = {
    Verdict.BURST: "keys that come all at once answer nothing; press one",
    Verdict.TYPED: "keys pressed like a word answer nothing; press one",
    Verdict.HELD: "a key that is held down answers nothing; let it go, and press it once",
}
"""The same messages in a question or a form."""

_BREAKS = ("enter", "tab", "ctrl+j", "escape")

_NOT_IN_WORDS = (Kind.BREAK, Kind.OTHER)


def is_field(widget: Widget | None) -> bool:
    """Tell whether a widget takes characters, without loading Textual's Input."""
    return hasattr(widget, "insert_text_at_cursor")


class _Waiting(NamedTuple):
    """What to run once a press is known to be alone, and how to undo its effect if it is not."""

    press: Press
    run: Callable[[], object]
    undo: Callable[[Verdict], object]


class Presses:
    """Gets the keys of an app in order, before any screen does."""

    def __init__(self, app: App[Any], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._app = app
        self._sleep = sleep
        self._pace = Pace()
        self._presses: WeakKeyDictionary[events.Key, Press] = WeakKeyDictionary()
        self._waiting: list[_Waiting] = []
        self._last_notified: Verdict | None = None
        self.current: Press | None = None
        """The key that Textual runs a binding of next."""
        self.current_character: str | None = None
        """The character that this key types into a field."""
        self.acting: Press | None = None
        """The key that acts; None for a click, or the palette."""

    async def add_key(self, event: events.Key) -> Press:
        """Add a key that was read from the terminal."""
        press = self._pace.add_key(event.key, event.time, self._kind_of(event))
        self._presses[event] = self.current = press
        await self._judge(press)
        return press

    async def add_paste(self, event: events.Paste) -> None:
        """Add pasted text that no field takes; keys read together with it are pasted, too."""
        await self._judge(self._pace.add_key("paste", event.time, Kind.BREAK))
        if event.text:
            self._notify_once(Verdict.BURST)

    def press_of(self, event: events.Key) -> Press:
        """Return the press of a key event."""
        known = self._presses.get(event)
        return known or self._pace.add_key(event.key, event.time, self._kind_of(event))

    def set_current(self, event: events.Key) -> None:
        """Set the key that Textual runs a binding of next."""
        self.current = self.press_of(event)
        self.current_character = event.character if event.is_printable else None

    def clear_current(self) -> None:
        """Take what is done next for a click, or for the palette's: no key does it."""
        self.current = self.current_character = None

    def is_own_click(self, command_id: str, at_s: float) -> bool:
        """Add a click on a command; tell whether it is not the second of a double click."""
        press = self._pace.add_key(f"click {command_id}", at_s, Kind.OTHER)
        return press.verdict is not Verdict.HELD

    def pause_verbs(self, at_s: float) -> None:
        """Treat the next keys as text, until there is a pause; the caller shows the reason."""
        self._pace.pause_verbs(at_s)
        self._last_notified = Verdict.TYPED

    def may_act(self, press: Press | None, *, verb: bool) -> bool:
        """Tell whether a key may run Textual's binding; if not, notify once."""
        if press is None:
            return True
        if press.verdict is Verdict.ALONE:
            # A key of another kind was for a screen that is gone by now.
            return press.kind not in (Kind.FIELD, Kind.VIEW, Kind.MOVE) or not verb
        if not verb and (press.verdict is Verdict.HELD or press.kind is Kind.OTHER):
            return True
        if not verb and press.key == "escape":
            return True  # it only closes and clears; a slow line may deliver it with typed text
        self._notify_once(press.verdict)
        return False

    @contextmanager
    def act_as(self, press: Press | None) -> Iterator[None]:
        """Attribute to this key all that happens inside."""
        before, self.acting = self.acting, press
        try:
            yield
        finally:
            self.acting = before

    @property
    def has_waiting(self) -> bool:
        """Whether something waits for a verdict."""
        return bool(self._waiting)

    def run_when_alone(
        self,
        do: Callable[[], object],
        back: Callable[[Verdict], object] = lambda _: None,
        press: Press | None = None,
    ) -> None:
        """Call `do` once the key is known to be pressed alone; if it was not, call `back`.

        It calls `do` at once for keys that are no part of text, for a click, and for the palette.
        """
        press = press or self.acting
        if press is None or press.settled or press.kind not in (Kind.VERB, Kind.BREAK):
            do()
        elif press.verdict is not Verdict.ALONE:
            back(press.verdict)
        else:
            self._waiting.append(_Waiting(press, do, back))
            self._run_later(ALONE_S if press.kind is Kind.BREAK else WORD_S)

    # Inside.

    def _kind_of(self, event: events.Key) -> Kind:
        if not event.is_printable:
            return Kind.BREAK if event.key in _BREAKS else Kind.OTHER
        ask = getattr(self._app.screen, "kind_of", None)
        if ask is None or is_field(self._app.focused):
            return Kind.FIELD
        kind: Kind = ask(event)
        return kind

    async def _judge(self, press: Press) -> None:
        """Run or undo what waited for this key."""
        word = self._pace.word
        waiting, self._waiting = self._waiting, []
        for held in waiting:
            if held.press.verdict is not Verdict.ALONE:
                self._notify_once(held.press.verdict)
                held.undo(held.press.verdict)
            elif held.press.settled or (press.kind not in _NOT_IN_WORDS and held.press not in word):
                await _await_result(held.run())
            else:
                self._waiting.append(held)
        if press.verdict in (Verdict.BURST, Verdict.TYPED) and press.kind in (Kind.VERB, Kind.VIEW):
            self._notify_once(press.verdict)
        elif press.verdict is Verdict.ALONE:
            self._last_notified = None
        still = [held for held in self._waiting if held.press in word]
        if still and (
            (press.kind is Kind.MOVE and press.verdict is Verdict.ALONE)
            or any(press.key == held.press.key and press is not held.press for held in still)
        ):
            self._run_later(WORD_S)

    def _run_later(self, seconds: float) -> None:
        """Run all that waits once no key has come for so long."""
        app = self._app

        async def wait() -> None:
            await self._sleep(seconds)
            # Through the app's queue: keys that are read by now come first.
            app.call_later(self._run_waiting)

        app.run_worker(wait, group="presses", exclusive=True)  # type: ignore[arg-type]

    async def _run_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for held in waiting:
            await _await_result(held.run())

    def _notify_once(self, verdict: Verdict) -> None:
        if self._last_notified is not verdict:
            self._last_notified = verdict
            self._app.notify(KEY_REASONS[verdict], markup=False, severity="warning", timeout=4)


def may_run(node: object, action: str, press: Press | None) -> bool | None:
    """Whether a key may run an action of a node, which says why not; None: it leaves it open."""
    ask = getattr(node, "may_run", None)
    allowed: bool | None = None if ask is None else ask(action, press)
    return allowed


class HasPresses(Protocol):
    """An app that judges its keys by `Presses`."""

    presses: Presses


def presses_of(app: App[Any]) -> Presses:
    """Return the `Presses` of an app that has them."""
    return cast("HasPresses", app).presses


async def _await_result(result: Any) -> None:
    if isawaitable(result):
        await result
