"""The preset meeting attributes, as this bridge's call flows hold them.

This is the simulator's own copy of the reference's table: it shares no code with the client that
is tested against it. Defaults are invented where the reference names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

IN_FLOW, IN_DID, IN_ROOM = 1, 2, 4
"""Bits of `group`: where a value may be overridden (call flow and DID group, DID, room)."""

STRING, NUMBER, DTMF, LEVELS, CHOICE = 0, 2, 3, 4, 5
"""The wire's `type` of an attribute."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One attribute: its wire type and group, its default, and its choices, if it has any."""

    name: str
    type: int
    group: int
    value: str
    choices: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """A few words, from the name."""
        return self.name.replace("_", " ").replace("dtmf", "DTMF")

    def accepts(self, value: str) -> bool:
        """Tell whether the attribute takes this text. Free texts and addresses take any."""
        if self.type == CHOICE:
            return value in self.choices
        if self.type == NUMBER:
            return bool(re.fullmatch(r"-1|[0-9]{1,9}", value, re.ASCII))
        if self.type == LEVELS:
            return set(value) <= set("hpl") and len(set(value)) == len(value)
        if self.type == DTMF:
            return set(value) <= set("0123456789*#ABCD,")
        if self.name == "conference_maxcalls":
            return bool(re.fullmatch(r"-1|[0-9]{1,9}", value, re.ASCII))
        if self.name == "conference_maxcallsperrole":
            return bool(re.fullmatch(r"(?:(?:-1|[0-9]{1,9}):){2}(?:-1|[0-9]{1,9})", value))
        return True

    def wire(self, value: str | None = None) -> dict[str, object]:
        """Return the attribute object, keys in alphabetical order."""
        shown: dict[str, object] = {"description": self.description}
        if self.choices:
            shown["enumValues"] = list(self.choices)
        return shown | {
            "group": self.group,
            "name": self.name,
            "type": self.type,
            "value": self.value if value is None else value,
        }


_LANGUAGES = "EN AR DE EL ES ES-LATAM FR GB HE IT JA KO NL PT PT-BR RU TR UA UK ZH"
_KINDS = {"text": STRING, "url": STRING, "number": NUMBER, "dtmf": DTMF, "levels": LEVELS}
_SETS = {
    "switch": ("on", "off"),
    "recording": ("on", "off", "auto"),
    "start": ("first", "moderator", "explicit"),
    "stop": ("last", "moderator"),
    "metadata": ("contact", "custom"),
    "method": ("remote", "remote+pin", "local", "local+pin"),
    "language": tuple(_LANGUAGES.split()),
}
_GROUPS = {"RG": IN_ROOM | IN_FLOW, "G": IN_FLOW, "GD": IN_FLOW | IN_DID}
_TABLE = """
call_announceparticipantcount levels RG
call_associate_dtmf levels RG
call_associate_dtmf_binding dtmf G *1
call_delay number GD 0
call_exit_dtmf levels RG hpl
call_exit_dtmf_binding dtmf G *0
call_instructions_dtmf levels RG hpl
call_instructions_dtmf_binding dtmf G *3
call_jobcodeonenter switch RG off
call_maxduration number RG -1
call_mute_dtmf levels RG hp
call_mute_dtmf_binding dtmf G *6
call_operator_after number G 3
call_operator_dtmf levels RG h
call_operator_dtmf_binding dtmf G 00
call_participantsnumber_dtmf levels RG h
call_participantsnumber_dtmf_binding dtmf G *2
conference_appspecific text RG
conference_callerdb switch RG off
conference_country text RG US
conference_distributed switch RG off
conference_entryexittones_dtmf levels RG h
conference_entryexittones_dtmf_binding dtmf G *8
conference_entrytones switch RG on
conference_exittones switch RG on
conference_hold_dtmf levels RG h
conference_hold_dtmf_binding dtmf G *50
conference_hold_policy levels RG
conference_jobcode_dtmf levels RG
conference_jobcode_dtmf_binding dtmf G *
conference_language language RG EN
conference_lock_dtmf levels RG h
conference_lock_dtmf_binding dtmf G *7
conference_maxcalls text RG 1000
conference_maxcallsperrole text RG -1:-1:-1
conference_maxduration number RG -1
conference_mute_dtmf levels RG h
conference_mute_dtmf_binding dtmf G *5
conference_mute_policy levels RG
conference_qa_dtmf levels RG h
conference_qa_dtmf_binding dtmf G *51
conference_qa_policy levels RG p
conference_realtime switch RG on
conference_recording recording RG off
conference_rollcall switch RG off
conference_rollcall_onenter switch RG off
conference_rollcall_onexit switch RG off
conference_schedule text RG
conference_schedule_extend text G 0
conference_schedule_extend_dtmf levels RG
conference_schedule_extend_dtmf_binding dtmf G *52
conference_schedule_hold number RG 900
conference_schedule_remind number RG 300
conference_scheduled switch RG off
conference_start_how start RG first
conference_start_wait number RG -1
conference_stop_how stop RG last
conference_stop_wait number RG 10
conference_video_policy levels RG
conference_whitelist switch RG off
dnis_welcomeprompt url GD
polling_dtmf levels RG h
polling_dtmf_binding dtmf G *53
recording_addr text G
recording_dtmf levels RG h
recording_dtmf_binding dtmf G *9
recording_metadata metadata G contact
recording_method method G local
recording_stop_how stop RG last
recording_stop_wait number RG 10
"""


def _read(line: str) -> Preset:
    name, kind, where, *rest = line.split()
    kind_type = CHOICE if kind in _SETS else _KINDS[kind]
    value = rest[0] if rest else ""
    return Preset(name, kind_type, _GROUPS[where], value, _SETS.get(kind, ()))


PRESETS = {preset.name: preset for preset in map(_read, _TABLE.strip().splitlines())}
"""All seventy, by name."""


def attribute_array(values: dict[str, str]) -> list[dict[str, object]]:
    """Return values by name as an `attributes` array."""
    return [PRESETS[name].wire(value) for name, value in values.items()]
