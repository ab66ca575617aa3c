"""`[attention]` of the configuration: which rules are off, and the figures of the others.

The rules themselves are in `confmon.monitor.attention`. A name ends in its unit: `_s` are seconds,
`_percent` is of a hundred, anything else is a count or a list.
"""

from __future__ import annotations

from typing import Any

from confmon.config.settings.checks import check_switch, integer_between, number_between, suggest
from confmon.config.settings.setting import SettingsTable, setting

RULE_IDS = (
    "help", "question", "lost_at_door", "long_hold", "long_call", "flapping", "same_number",
    "outbound", "no_host_left", "no_host_came", "all_held", "dead_air", "alone", "empty",
    "long_meeting", "recording_off", "recording_mismatch", "capacity", "about_to_end",
    "counts_disagree", "changed_by_other", "mass_drop", "node_lost", "node_silent", "join_spike",
    "short_calls", "redials", "code_guessing", "pumping",
)  # fmt: skip
"""Every rule; a test compares with those of `confmon.monitor.attention`."""

JUDGED_BY_WATCHING = (
    "long_hold", "no_host_left", "no_host_came", "all_held", "dead_air", "alone", "empty",
    "counts_disagree", "changed_by_other", "mass_drop", "node_lost", "node_silent", "join_spike",
    "short_calls", "redials",
)  # fmt: skip
"""Those that two reads can't judge, because the server does not tell since when it is so."""

_DAY_S = 86_400


def check_rules(value: Any) -> tuple[str, ...]:
    """Accept a list of rules."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError('must be a list of rules, such as ["alone", "dead_air"]')
    for word in value:
        if word not in RULE_IDS:
            hint = suggest(word, RULE_IDS) or f"; there are {', '.join(RULE_IDS)}"
            raise ValueError(f"there is no rule {word[:40]!r}{hint}")
    return tuple(value)


def _check_numbers(value: Any) -> tuple[str, ...]:
    """Accept a list of meeting numbers, DIDs or their first digits, as digits."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError('must be a list of numbers, such as ["422390037", "+1516"]')
    found = []
    for text in value:
        digits = text.strip().removeprefix("+")
        if not digits.isascii() or not digits.isdigit():
            raise ValueError(f"{text!r}: only digits, with + before them at most")
        found.append(digits)
    return tuple(found)


def _seconds(text: str, default: float) -> Any:
    return setting(number_between(0, 10 * _DAY_S), text, default=default)


def _percent(text: str, default: float) -> Any:
    return setting(number_between(0, 100), text, default=default)


def _count(text: str, default: int) -> Any:
    return setting(integer_between(1, 1_000_000), text, default=default)


class AttentionSettings(SettingsTable):
    """What needs somebody: the rules that are off, and when the others speak up."""

    off: tuple[str, ...] = setting(check_rules, "Rules that are not to be watched.", default=())
    bell: bool = setting(
        check_switch, "Ring the terminal's bell, once in 10 s at most.", default=False
    )
    osc9: bool = setting(
        check_switch, "Notify through the terminal (OSC 9), in the rule's words.", default=False
    )
    attributes_every_s: float = setting(
        number_between(0, 600),
        "Seconds between the attributes of one meeting and the next, read unseen; 0: none.",
        default=5.0,
    )
    help_red_s: float = _seconds("A request for help turns red after this.", 30.0)
    question_red_s: float = _seconds("A question turns red after this.", 120.0)
    lost_at_door_s: float = _seconds("A call without a meeting is lost after this.", 20.0)
    lost_at_door_red_s: float = _seconds("A call without a meeting turns red after this.", 60.0)
    long_hold_s: float = _seconds("One caller may be on hold for so long.", 120.0)
    long_call_s: float = _seconds("A call is very long from then on.", 21_600.0)
    flapping_joins: int = _count("Joins of one number within the time, from which it flaps.", 3)
    flapping_s: float = _seconds("The time in which joins of one number are counted.", 600.0)
    same_number_calls: int = _count("Calls of one number at once.", 3)
    outbound_allowed: tuple[str, ...] = setting(
        _check_numbers,
        "First digits that may be dialled out to; none: the rule is silent.",
        default=(),
    )
    no_host_left_s: float = _seconds("How long a meeting may be without hosts.", 120.0)
    no_host_came_s: float = _seconds("How long callers may wait for the first host.", 300.0)
    no_host_needed: tuple[str, ...] = setting(
        _check_numbers,
        "Meetings and DIDs, by number; their call flow makes no hosts.",
        default=(),
    )
    no_host_learned_calls: int = _count(
        "So many callers over one DID without any host say that its call flow makes none.", 20
    )
    all_held_s: float = _seconds("A whole meeting may be on hold for so long.", 120.0)
    dead_air_s: float = _seconds("Callers may be muted or on hold, all of them, for so long.", 60.0)
    alone_s: float = _seconds("One caller may be alone for so long.", 300.0)
    empty_s: float = _seconds("A meeting may be without callers for so long.", 60.0)
    long_meeting_s: float = _seconds("A meeting is very long from then on.", 43_200.0)
    recording_off_reads: int = _count("Reads in a row that show no recording.", 2)
    recording_expected: tuple[str, ...] = setting(
        _check_numbers, "Meetings, by number, that are to be recorded.", default=()
    )
    recording_mismatch_reads: int = _count("Reads in a row that contradict themselves.", 2)
    capacity_calls: int = _count("Calls that fit where the meeting's own limit is not known.", 1000)
    capacity_amber_percent: float = _percent("A meeting so full turns amber.", 80.0)
    capacity_red_percent: float = _percent("A meeting so full turns red.", 90.0)
    about_to_end_amber_s: float = _seconds("So long before its end a meeting turns amber.", 600.0)
    about_to_end_red_s: float = _seconds("So long before its end a meeting turns red.", 120.0)
    counts_disagree_reads: int = _count("Reads in a row with counts that differ.", 3)
    changed_by_other_s: float = _seconds("How long somebody else's change is shown.", 300.0)
    mass_drop_calls: int = _count("Calls that leave in one read.", 10)
    mass_drop_percent: float = _percent("Calls that leave in one read, of all.", 30.0)
    mass_drop_least: int = _count("Fewer leaves than this are no mass drop, whatever share.", 5)
    mass_drop_shown_s: float = _seconds("How long a mass drop is shown.", 600.0)
    node_lost_calls: int = _count("A node that had so many calls and has none is lost.", 20)
    node_lost_shown_s: float = _seconds("How long a lost node is shown, if it stays so.", 3600.0)
    node_silent_s: float = _seconds("A node without a join for so long is silent.", 600.0)
    node_silent_joins: int = _count("It is silent only if others had so many joins.", 10)
    join_spike_joins: int = _count("Fewer joins in a minute are no spike.", 20)
    join_spike_sigmas: float = setting(
        number_between(1, 20),
        "Standard deviations above the mean of that time of the hour, 1 to 20.",
        default=4.0,
    )
    short_calls_s: float = _seconds("A shorter call is short.", 30.0)
    short_calls_percent: float = _percent("So many short calls, of those that ended.", 40.0)
    short_calls_least: int = _count("Fewer ended calls than this tell nothing.", 20)
    redials_s: float = _seconds("A caller who is back so soon has dialled again.", 120.0)
    redials_percent: float = _percent("So many callers who dialled again, of those who came.", 15.0)
    redials_least: int = _count("Fewer joins than this tell nothing.", 20)
    code_guessing_calls: int = _count("Calls of one number that never joined.", 5)
    code_guessing_s: float = _seconds("The time in which they are counted.", 600.0)
    pumping_calls: int = _count("Calls of one block of numbers on one DID.", 20)
    pumping_s: float = _seconds("So long each of these calls lasts.", 7200.0)
    pumping_percent: float = _percent("So many of all the DID's calls they are.", 30.0)
