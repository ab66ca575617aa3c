"""The preset meeting attributes and the languages, as data.

`confmon.models.attributes.catalogue` checks values.

Source: the Conference API reference, "preset attributes of the Meeting Room object" and the
language table below it. Each attribute has one entry; the reference prints `recording_stop_wait`
three times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal[
    "levels", "switch", "choice", "seconds", "count", "whole", "per_role", "dtmf", "text", "url",
    "language",
]  # fmt: skip
"""The kinds of values. `whole` is any whole number: only templates have it."""

Where = Literal["room", "did_group", "did", "meeting"]
"""The places of an attribute. `meeting` is a live one, which takes any name that it knows."""

NO_LIMIT: Final = "-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One attribute that rooms, DID groups or DIDs may set. Every value is a string on the wire.

    `choices` are the accepted values of a `choice`. `special` are values outside the rule of the
    kind, each with its meaning. `doubt` is what the reference leaves open or misprints.
    `source`: ``doc`` the reference, ``template`` a call flow of the endpoint's own.
    """

    name: str
    kind: Kind
    meaning: str
    where: tuple[Where, ...]
    choices: tuple[str, ...] = ()
    special: tuple[tuple[str, str], ...] = ()
    doubt: str = ""
    source: Literal["doc", "template"] = "doc"


_ROOM: Final[tuple[Where, ...]] = ("room", "did_group")
_GROUP: Final[tuple[Where, ...]] = ("did_group",)
_NUMBERS: Final[tuple[Where, ...]] = ("did_group", "did")
_UNLIMITED: Final = ((NO_LIMIT, "unlimited"),)


def _of(kind: Kind, where: tuple[Where, ...]) -> Callable[[str, str], Preset]:
    return lambda name, meaning: Preset(name=name, kind=kind, meaning=meaning, where=where)


_levels = _of("levels", _ROOM)
_keys = _of("dtmf", _GROUP)
_switch = _of("switch", _ROOM)
_seconds = _of("seconds", _ROOM)

PRESETS: Final[tuple[Preset, ...]] = (
    _levels("call_announceparticipantcount", "Who hears, on entering, how many are in the room."),
    _levels("call_associate_dtmf", "Who may associate calls by keys."),
    _keys("call_associate_dtmf_binding", "The keys that associate audio."),
    Preset(name="call_delay", kind="seconds", where=_NUMBERS,
           meaning="Seconds before the call is answered."),
    _levels("call_exit_dtmf", "Who may leave the call by keys (call_exit_dtmf_binding)."),
    _keys("call_exit_dtmf_binding", "The keys that leave the call."),
    _levels("call_instructions_dtmf",
            "Who may have the help played by keys (call_instructions_dtmf_binding)."),
    _keys("call_instructions_dtmf_binding", "The keys that play the help."),
    _switch("call_jobcodeonenter", "Whether callers are asked for a job code before they enter."),
    Preset(name="call_maxduration", kind="seconds", where=_ROOM,
           meaning="The longest that a call may last.",
           doubt="the reference gives no unit"),
    _levels("call_mute_dtmf", "Who may mute themselves by keys."),
    _keys("call_mute_dtmf_binding", "The keys that mute oneself."),
    Preset(name="call_operator_after", kind="count", where=_GROUP, special=_UNLIMITED,
           meaning="How many wrong access codes may be tried.",
           doubt="by its name, the operator takes the call after that many"),
    _levels("call_operator_dtmf", "Who may call the operator by keys."),
    _keys("call_operator_dtmf_binding", "The keys that call the operator."),
    _levels("call_participantsnumber_dtmf", "Who may hear by keys how many are in the room."),
    _keys("call_participantsnumber_dtmf_binding", "The keys that tell how many are in the room."),
    Preset(name="conference_appspecific", kind="text", where=_ROOM,
           meaning="Data of an application of your own."),
    _switch("conference_callerdb", "Whether the callers database is used."),
    Preset(name="conference_country", kind="text", where=_ROOM,
           meaning="The country of the conference.",
           doubt="the reference does not say how it is written; DIDs have ISO 3166-1 alpha-2"),
    _switch("conference_distributed", "Whether the conference may be spread over several bridges."),
    _levels("conference_entryexittones_dtmf",
            "Who may turn entry and exit tones on and off by keys, one combination after another."),
    _keys("conference_entryexittones_dtmf_binding", "The keys that turn the tones on and off."),
    _switch("conference_entrytones", "Whether a tone is played when somebody joins."),
    _switch("conference_exittones", "Whether a tone is played when somebody leaves."),
    _levels("conference_hold_dtmf", "Who may put the conference on hold by keys."),
    _keys("conference_hold_dtmf_binding", "The keys that put the conference on hold."),
    _levels("conference_hold_policy", "Who is on hold when the conference begins."),
    _levels("conference_jobcode_dtmf", "Who may enter a job code during the conference, after *."),
    _keys("conference_jobcode_dtmf_binding", "The keys that begin a job code."),
    Preset(name="conference_language", kind="language", where=_ROOM,
           meaning="The language of the prompts; EN unless it is set.",
           doubt="the language table has misprints: see HE, AR, UA and UK"),
    _levels("conference_lock_dtmf",
            "Who may lock the conference by keys; hosts can join all the same."),
    _keys("conference_lock_dtmf_binding", "The keys that lock the conference."),
    Preset(name="conference_maxcalls", kind="count", where=_ROOM,
           meaning="How many calls the conference takes."),
    Preset(name="conference_maxcallsperrole", kind="per_role", where=_ROOM,
           meaning="How many calls the conference takes of each role; -1 takes any number.",
           doubt="the order of the three is not documented; host, participant, listener elsewhere"),
    Preset(name="conference_maxduration", kind="seconds", where=_ROOM, special=_UNLIMITED,
           meaning="The longest that the conference may last.",
           doubt="the reference gives no unit"),
    _levels("conference_mute_dtmf", "Who may mute others by keys."),
    _keys("conference_mute_dtmf_binding", "The keys that mute others."),
    _levels("conference_mute_policy", "Who is muted when the conference begins."),
    _levels("conference_qa_dtmf", "Who may begin questions and answers by keys."),
    _keys("conference_qa_dtmf_binding", "The keys that begin questions and answers."),
    _levels("conference_qa_policy", "Who is muted when questions and answers begin."),
    _switch("conference_realtime",
            "Whether the conference notifies in real time, so that it can be watched and led."),
    Preset(name="conference_recording", kind="choice", where=_ROOM, choices=("on", "off", "auto"),
           meaning="Whether the conference is recorded; auto begins with the conference."),
    _switch("conference_rollcall", "Whether callers are asked to record their names on entering."),
    _switch("conference_rollcall_onenter", "Whether recorded names are played on entering."),
    _switch("conference_rollcall_onexit", "Whether recorded names are played on leaving."),
    Preset(name="conference_schedule", kind="text", where=_ROOM,
           meaning="When the conference takes place.",
           doubt="the reference does not say how it is written"),
    Preset(name="conference_schedule_extend", kind="seconds", where=_GROUP,
           meaning="Seconds by which a scheduled conference can be extended at most."),
    _levels("conference_schedule_extend_dtmf", "Who may extend a scheduled conference by keys."),
    _keys("conference_schedule_extend_dtmf_binding", "The keys that extend a schedule."),
    _seconds("conference_schedule_hold", "Seconds of waiting before the scheduled conference."),
    _seconds("conference_schedule_remind",
             "Seconds of waiting before the reminder of the scheduled conference."),
    _switch("conference_scheduled", "Whether the conference is scheduled."),
    Preset(name="conference_start_how", kind="choice", where=_ROOM,
           choices=("first", "moderator", "explicit"),
           meaning="What begins the conference: the first caller, a moderator, or a command."),
    _seconds("conference_start_wait",
             "Seconds to wait before the conference begins without a moderator."),
    Preset(name="conference_stop_how", kind="choice", where=_ROOM, choices=("last", "moderator"),
           meaning="Who ends the conference by leaving: the last caller or the moderator."),
    _seconds("conference_stop_wait",
             "Seconds to wait before the conference ends after the host has left."),
    _levels("conference_video_policy", "Who has video when the conference begins."),
    _switch("conference_whitelist", "Whether the conference has a whitelist."),
    Preset(name="dnis_welcomeprompt", kind="url", where=_NUMBERS,
           meaning="Where the recorded greeting is."),
    _levels("polling_dtmf", "Who may begin a vote by keys."),
    _keys("polling_dtmf_binding", "The keys that begin a vote."),
    Preset(name="recording_addr", kind="text", where=_GROUP,
           meaning="The address of the recording server."),
    _levels("recording_dtmf", "Who may begin a recording by keys."),
    _keys("recording_dtmf_binding", "The keys that begin a recording."),
    Preset(name="recording_metadata", kind="choice", where=_GROUP, choices=("contact", "custom"),
           meaning="How the data about a recording is passed on."),
    Preset(name="recording_method", kind="choice", where=_GROUP,
           choices=("remote", "remote+pin", "local", "local+pin"),
           meaning="How the conference is recorded."),
    Preset(name="recording_stop_how", kind="choice", where=_ROOM, choices=("last", "moderator"),
           meaning="Who ends the recording by leaving: the last caller or the moderator.",
           doubt="the reference repeats recording_method's meaning; this one goes by the values"),
    _seconds("recording_stop_wait",
             "Seconds to wait before the recording ends after the moderator has left."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """One code of `conference_language` as the reference prints it. `doubt` is confmon's."""

    code: str
    name: str
    doubt: str = ""


LANGUAGES: Final[tuple[Language, ...]] = (
    Language("EN", "English (default)"),
    Language("AR", "Argentinian", "no such language; Arabic or Argentine Spanish"),
    Language("DE", "German"),
    Language("EL", "Greek"),
    Language("ES", "Spanish (Spain)"),
    Language("ES-LATAM", "Spanish (Latin America)"),
    Language("FR", "French"),
    Language("GB", "British English"),
    Language("HE", "Vietnamese", "HE is Hebrew everywhere else"),
    Language("IT", "Italy", "Italian, surely"),
    Language("JA", "Japanese"),
    Language("KO", "Korean"),
    Language("NL", "Dutch"),
    Language("PT", "Portuguese (Portugal)"),
    Language("PT-BR", "Portuguese (Brazil)"),
    Language("RU", "Russian"),
    Language("TR", "Turkish"),
    Language("UA", "Ukrainian", "UK is Ukrainian too"),
    Language("UK", "Ukrainian (Ukraine)", "UA is Ukrainian too"),
    Language("ZH", "Chinese"),
)
