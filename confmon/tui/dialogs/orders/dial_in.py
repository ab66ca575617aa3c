"""The number to dial into a meeting, and the question before a phone rings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.models.resources.mediator import DIALOUTS
from confmon.monitor.actions.plan import label_of
from confmon.monitor.edits.edit_actions import create
from confmon.tui.dialogs.form import AskEdit, FormScreen
from confmon.tui.dialogs.resource_form import NO_OPTIONS, form_fields, typed_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.live_records import Meeting
    from confmon.monitor.actions.action import Action

_LABELS = {
    "stage_one_destination_did": "Number to dial",
    "stage_two_destination_did": "Then the meeting",
    "redirect_did": "Caller id",
}


def dial_form(meeting: Meeting) -> FormScreen:
    """Return the form: a number, and where it is led, which is the meeting's number."""
    values = {"stage_two_destination_did": str(meeting.meeting_number)}
    fields = [
        replace(field, label=_LABELS[field.name], value=values.get(field.name, field.value))
        for field in form_fields(DIALOUTS, None, NO_OPTIONS)
        if field.name in _LABELS
    ]

    def make(values: Mapping[str, str]) -> Action:
        return create(DIALOUTS, typed_values(DIALOUTS, fields, values, new=True))

    return FormScreen(f"Dial somebody into {label_of(meeting)}", fields, make)


def dial_question(edit: Action, meeting: Meeting, claim: str) -> AskEdit:
    """Return the question, numbers in full. `claim` says who has claimed the meeting, if any."""
    lines = [f"{_LABELS[name].lower()} {value}" for name, value in edit.change.items()]
    return AskEdit(
        f"Dial into {label_of(meeting)}?", [*lines, "it dials at once", *filter(None, [claim])]
    )
