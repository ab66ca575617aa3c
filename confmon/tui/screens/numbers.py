"""Numbers: DIDs, DID groups and call flows. Nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.rooms import Did, DidGroup
from confmon.tui.screens.section import SectionScreen

if TYPE_CHECKING:
    from confmon.models.rooms import Room
    from confmon.tui.table.look import Cell

SHOWN = 50
"""So many rooms of a group are listed."""


class NumbersScreen(SectionScreen):
    """Show which numbers lead where."""

    PLACE = "numbers"
    SECTION = "numbers"

    def detail_lines(self, record: Any) -> list[tuple[Cell, ...]]:
        """Return the record's details, and where it leads: its call flow, the rooms."""
        lines = super().detail_lines(record)
        group = record
        if isinstance(record, Did):
            group = self.sections.record("did_groups", record.did_group_id)
        if not isinstance(group, DidGroup):
            return lines
        shown: list[tuple[Cell, ...]] = []
        if isinstance(record, Did):
            flow = self.sections.record("call_flows", group.call_flow_id)
            name = flow.name if flow is not None else None
            shown.append((("call flow", "dim"), (name or str(group.call_flow_id), "")))
            owner = group.subscriber_sid
            shown.append((("subscriber", "dim"), (owner or "–", "")))
        rooms = self.rooms_of(group.id)
        if not rooms and self.sections.shelf("rooms").state.ok_asked_at is None:
            shown.append((("rooms", "dim"), ("reading…", "dim")))
        else:
            shown.append((("rooms", "dim"), (f"{len(rooms)}" if rooms else "none", "")))
        for room in rooms[:SHOWN]:
            shown.append(((str(room.meeting_number), "strong"), (room.description or "", "")))
        if len(rooms) > SHOWN:
            shown.append((("", ""), (f"and {len(rooms) - SHOWN} more", "dim")))
        return [*lines[:1], *shown, (("", ""),), *lines[1:]]

    def rooms_of(self, group: int) -> list[Room]:
        """Return the rooms that a DID group leads to."""
        rooms: dict[Any, Room] = self.sections.records("rooms")
        found = [
            room
            for room in rooms.values()
            if room.primary_did_group_id == group
            or any(reference.did_group_id == group for reference in room.did_group_references)
        ]
        return sorted(found, key=lambda room: room.meeting_number)
