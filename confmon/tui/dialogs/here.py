"""The list of who is here: who watches this bridge, where, and what they have taken on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from confmon.monitor.views.live_columns import duration
from confmon.tui.dialogs.modal import Modal, keys_line
from confmon.tui.table.cells import count_cells, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from confmon.monitor.session import Session
    from confmon.monitor.together.together import Presence, Together

WHO_CELLS = 32
"""A longer name is cut: where somebody is has to fit beside it."""


class HereDialog(Modal[None]):
    """A box with the list. It stays up to date while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", show=False)]

    def __init__(self, session: Session, together: Together) -> None:
        super().__init__()
        self._session = session
        self._together = together
        self._top = Static(id="collector")
        self._list = Static(id="here")

    def compose(self) -> ComposeResult:
        """Lay out who reads the bridge, and the list."""
        self._fill()
        with VerticalScroll() as box:
            box.border_title = "Who is here"
            box.border_subtitle = keys_line(("esc", "back"))
            yield self._top
            yield self._list

    def changed(self) -> None:
        """Show who is here now."""
        if self.is_active:
            self._fill()

    def _fill(self) -> None:
        self._top.update(Content(self._together.collector_words()))
        self._list.update(self._content())

    def _content(self) -> Content:
        parts = [
            self._table([self._member(presence) for presence in self._together.everybody()])
            or [Content("A screen that is alone sees no other operators.")]
        ]
        for title, rows in (("Claims", self._claims()), ("Standing orders", self._orders())):
            if rows:
                parts.append([Content.styled(title, "bold"), *rows])
        return Content("\n\n").join([Content("\n").join(part) for part in parts])

    def _table(self, rows: Sequence[tuple[str, str, str]]) -> list[Content]:
        """Return lines of who, for how long, and where: what comes last is cut if need be."""
        who_width, for_width = (
            max((count_cells(row[column]) for row in rows), default=0) for column in (0, 1)
        )
        who_width = min(who_width, WHO_CELLS)
        return [
            Content.assemble(
                (fit(who, who_width), "bold"),
                (f"  {lasts:>{for_width}}" if for_width else "", "$text-muted"),
                f"  {where}",
            )
            for who, lasts, where in rows
        ]

    def _member(self, presence: Presence) -> tuple[str, str, str]:
        member, share = presence.member, self._session.share
        where = "all meetings" if member.meeting is None else self._title(member.meeting)
        if member.kind != "screen":
            is_collector = share is not None and share.state.collector == member.operator.box
            where = "reads for all" if is_collector else "stands by"
        elif share is not None and member.member == share.member:
            where = f"this screen · {where}"
        return (
            str(member.operator),
            "" if presence.for_s is None else duration(presence.for_s),
            where,
        )

    def _title(self, number: int) -> str:
        meeting = self._session.store.live_state.meetings.get(number)
        return f"{number} {(meeting.subscriber_name if meeting else None) or ''}".strip()

    def _claims(self) -> list[Content]:
        return self._table(
            [
                ("mine" if claim.is_mine else str(claim.operator), "", self._title(number))
                for number, claim in self._together.claims.all()
            ]
        )

    def _orders(self) -> list[Content]:
        own = [("mine", "", order.title) for order in self._session.orders]
        others = [
            (
                str(order.operator),
                "",
                f"{self._title(order.meeting)}: {order.of.name} ({order.of.verb} who joins)",
            )
            for order in self._together.orders.all()
        ]
        return self._table([*own, *others])
