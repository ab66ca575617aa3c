"""The list of who is here: who watches this bridge, where, and what they have taken on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from confmon.monitor.views.live_columns import duration
from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from confmon.monitor.session import Session
    from confmon.monitor.together.together import Presence, Together

_KINDS = {"collect": "reads for all", "record": "records"}
"""What is no screen of an operator."""


class HereDialog(Modal[None]):
    """A box with the list. It stays up to date while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "close", show=False)]

    def __init__(self, session: Session, together: Together) -> None:
        super().__init__()
        self._session = session
        self._together = together
        self._list: Static | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        self._list = Static(self._content(), id="here")
        with VerticalScroll() as box:
            box.border_title = "Who is here"
            box.border_subtitle = keys_line(("esc", "back"))
            yield self._list

    def changed(self) -> None:
        """Show who is here now."""
        if self.is_active and self._list is not None:
            self._list.update(self._content())

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def _content(self) -> Content:
        everybody = self._together.everybody()
        width = max((len(str(one.member.operator)) for one in everybody), default=0)
        lines = [Content.styled(self._together.collector_words(), "$text-muted"), Content("")]
        lines += [self._line(one, width) for one in everybody] or [Content("nobody is known")]
        for title, rows in (("Claims", self._claims()), ("Standing orders", self._orders())):
            if rows:
                lines += [Content(""), Content.styled(title, "bold")]
                lines += [Content(f"  {row}") for row in rows]
        return Content("\n").join(lines)

    def _line(self, one: Presence, width: int) -> Content:
        member = one.member
        where = "all meetings" if member.meeting is None else self._title(member.meeting)
        lasts = "" if one.for_s is None else duration(one.for_s)
        return Content.assemble(
            (f"{member.operator!s:<{width}}", "bold"),
            f"  {_KINDS.get(member.kind, where)}",
            (f"  {lasts}", "$text-muted"),
        )

    def _title(self, number: int) -> str:
        meeting = self._session.store.live_state.meetings.get(number)
        return f"{number} {(meeting.subscriber_name if meeting else None) or ''}".strip()

    def _claims(self) -> list[str]:
        return [
            f"{self._title(number)} · {'mine' if claim.is_mine else claim.operator}"
            for number, claim in self._together.claims.all()
        ]

    def _orders(self) -> list[str]:
        own = [f"{order.title} · mine" for order in self._session.orders]
        others = [f"{self._title(one.meeting)}: {one.words}" for one in self._together.orders.all()]
        return [*own, *others]
