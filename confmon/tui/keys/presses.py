"""Every key of the app: what it is worth, and what is held back until that is known.

A verb acts only on a key that stands alone. Whatever a key does that can be taken back (a dialog,
`muting…` in a row) it does at once; what cannot (a request, leaving) waits until no other key shows
that it was pasted or typed.
"""

from __future__ import annotations

from contextlib import contextmanager
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from confmon.tui.keys.pace import ALONE_S, WORD_S, Kind, Pace, Press, Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual import events
    from textual.app import App
    from textual.widget import Widget

SAID = {
    Verdict.BURST: "keys that came all at once, as pasted text does, are no commands",
    Verdict.TYPED: "keys pressed like a word are no commands; pause a second, then press one",
    Verdict.HELD: "a key that is held down acts once",
}
"""What the operator is told of keys that did nothing."""

SAID_OF_ANSWERS = {
    Verdict.BURST: "keys that come all at once answer nothing; press one",
    Verdict.TYPED: "keys pressed like a word answer nothing; press one",
    Verdict.HELD: "a key that is held down answers nothing; let it go, and press it once",
}
"""The same of a question or a form."""

_BREAKS = ("enter", "tab", "ctrl+j", "escape")

_APART = (Kind.BREAK, Kind.OTHER)


def is_field(widget: Widget | None) -> bool:
    """Whether characters go into a widget. (Textual's Input is not loaded before it is used.)"""
    return hasattr(widget, "insert_text_at_cursor")


class _Waiting:
    """What is done once a press has stood alone for long enough, or taken back if it has not."""

    __slots__ = ("back", "do", "press")

    def __init__(
        self, press: Press, do: Callable[[], object], back: Callable[[Verdict], object]
    ) -> None:
        self.press, self.do, self.back = press, do, back


class Presses:
    """Hears the keys of an app in order, before any screen does."""

    def __init__(self, app: App[Any], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._app = app
        self._sleep = sleep
        self._pace = Pace()
        self._heard: WeakKeyDictionary[events.Key, Press] = WeakKeyDictionary()
        self._waiting: list[_Waiting] = []
        self._told: Verdict | None = None
        self.now: Press | None = None
        """The key that Textual is about to run a binding of."""
        self.sign: str | None = None
        """What that key types into a field."""
        self._acting: Press | None = None

    async def hear(self, event: events.Key) -> Press:
        """Take in a key that was read from the terminal."""
        press = self._pace.hear(event.key, event.time, self._kind(event))
        self._heard[event] = self.now = press
        await self._judge(press)
        return press

    async def hear_paste(self, event: events.Paste) -> None:
        """Take in pasted text that no field takes; keys read together with it were pasted, too."""
        await self._judge(self._pace.hear("paste", event.time, Kind.BREAK))
        if event.text:
            self._tell(Verdict.BURST)

    def of(self, event: events.Key) -> Press:
        """Return what was heard of a key."""
        known = self._heard.get(event)
        return known or self._pace.hear(event.key, event.time, self._kind(event))

    def note(self, event: events.Key) -> None:
        """Take a key for the one whose binding Textual runs next."""
        self.now = self.of(event)
        self.sign = event.character if event.is_printable else None

    def forget(self) -> None:
        """Take what is done next for a click, or for the palette's: no key does it."""
        self.now = self.sign = None

    def click(self, command_id: str, at_s: float) -> bool:
        """Hear a click on a command; whether it is a press of its own, not the second of two."""
        return self._pace.hear(f"click {command_id}", at_s, Kind.OTHER).verdict is not Verdict.HELD

    def stay_off(self, at_s: float) -> None:
        """Take what follows for text, until there is a pause; the caller has said why."""
        self._pace.stay_off(at_s)
        self._told = Verdict.TYPED

    def may_act(self, press: Press | None, *, verb: bool) -> bool:
        """Whether a key may do what it is bound to; if not, that is told once."""
        if press is None:
            return True
        if press.verdict is Verdict.ALONE:
            # What was heard as no verb was meant for a screen that is gone by now.
            return press.kind not in (Kind.FIELD, Kind.VIEW, Kind.MOVE) or not verb
        if not verb and (press.verdict is Verdict.HELD or press.kind is Kind.OTHER):
            return True
        if not verb and press.key == "escape":
            return True  # it closes and clears; a line may deliver it together with what was typed
        self._tell(press.verdict)
        return False

    @contextmanager
    def acting(self, press: Press | None) -> Iterator[None]:
        """What is done in here is done by this key."""
        before, self._acting = self._acting, press
        try:
            yield
        finally:
            self._acting = before

    @property
    def by(self) -> Press | None:
        """The key that is acting; None: a click, or the palette."""
        return self._acting

    @property
    def are_waiting(self) -> bool:
        """Whether something is held back."""
        return bool(self._waiting)

    def when_alone(
        self,
        do: Callable[[], object],
        back: Callable[[Verdict], object] = lambda _: None,
        press: Press | None = None,
    ) -> None:
        """Do what a key means once it has stood alone; if it does not, call `back`.

        At once for what is no character and no line's end, for a click, and for the palette.
        """
        press = press or self._acting
        if press is None or press.stood or press.kind not in (Kind.VERB, Kind.BREAK):
            do()
        elif press.verdict is not Verdict.ALONE:
            back(press.verdict)
        else:
            self._waiting.append(_Waiting(press, do, back))
            self._wait(ALONE_S if press.kind is Kind.BREAK else WORD_S)

    # Inside.

    def _kind(self, event: events.Key) -> Kind:
        if not event.is_printable:
            return Kind.BREAK if event.key in _BREAKS else Kind.OTHER
        ask = getattr(self._app.screen, "kind_of", None)
        if ask is None or is_field(self._app.focused):
            return Kind.FIELD
        kind: Kind = ask(event)
        return kind

    async def _judge(self, press: Press) -> None:
        """Take back, or do, what waited for this key to come or not to come."""
        word = self._pace.word
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if one.press.verdict is not Verdict.ALONE:
                self._tell(one.press.verdict)
                one.back(one.press.verdict)
            elif one.press.stood or (press.kind not in _APART and one.press not in word):
                await _done(one.do())
            else:
                self._waiting.append(one)
        if press.verdict in (Verdict.BURST, Verdict.TYPED) and press.kind in (Kind.VERB, Kind.VIEW):
            self._tell(press.verdict)
        elif press.verdict is Verdict.ALONE:
            self._told = None
        still = [one for one in self._waiting if one.press in word]
        if still and (
            (press.kind is Kind.MOVE and press.verdict is Verdict.ALONE)
            or any(press.key == one.press.key and press is not one.press for one in still)
        ):
            self._wait(WORD_S)

    def _wait(self, seconds: float) -> None:
        """Go on with all that waits when no further key has come for so long."""
        app = self._app

        async def wait() -> None:
            await self._sleep(seconds)
            # By the road the keys take: those that have been read by now come before it.
            app.call_later(self._go_on)

        app.run_worker(wait, group="presses", exclusive=True)  # type: ignore[arg-type]

    async def _go_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            await _done(one.do())

    def _tell(self, verdict: Verdict) -> None:
        if self._told is not verdict:
            self._told = verdict
            self._app.notify(SAID[verdict], markup=False, severity="warning", timeout=4)


@runtime_checkable
class GuardsActions(Protocol):
    """What has actions that not every key may run."""

    def may_run(self, action: str, press: Press | None) -> bool | None:
        """Whether a key may run an action; None: any key may. It says why it may not."""
        ...


def may_run(node: object, action: str, press: Press | None) -> bool | None:
    """Whether a key may run an action of a node; None: the node leaves it open."""
    return node.may_run(action, press) if isinstance(node, GuardsActions) else None


@runtime_checkable
class HasPresses(Protocol):
    """An app that hears its keys by `Presses`."""

    presses: Presses


def presses_of(app: App[Any]) -> Presses:
    """Return what is known of the keys of an app; TypeError: it does not hear them."""
    if not isinstance(app, HasPresses):
        raise TypeError(f"{type(app).__name__} has no presses")
    return app.presses


async def _done(result: Any) -> None:
    if isawaitable(result):
        awaiting: Awaitable[object] = result
        await awaiting
