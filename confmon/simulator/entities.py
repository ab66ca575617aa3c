"""A call and a meeting as the bridge holds them. A field that is None is not sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confmon.simulator.sample.network import Node

HOST, PARTICIPANT, LISTENER, RECORDER = 1, 2, 3, 0
CONNECTING, JOINED = 1, 2
MUTED_BY_SELF, MUTED_BY_HOST = 1, 2


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    """One leg. Times are epoch milliseconds.

    `waiting`: on hold until a host comes. `staged`: random events leave the call alone. `parts`
    caches the call's JSON until it changes.
    """

    id: int
    meeting: Meeting
    node: Node
    access_code: str
    callee: str
    caller: str
    codec: str
    created: int
    role: int
    custom_name: str = ""
    address_from: str = ""
    address_to: str | None = None
    bridge_name: str = ""
    connection_status: int = 0
    gain_level: int = 0
    hold_mode: int = 0
    joined: int | None = None
    mute_mode: int = 0
    node_name: str = ""
    operator_mode: int | None = None
    presenter_media: int = 1
    qa_mode: int = 0
    state: int = JOINED
    waiting: bool = False
    staged: bool = False
    parts: dict[Any, tuple[bytes, bytes]] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Meeting:
    """One session (`id`) of one meeting number. `heads` counts calls by role, 0 to 3.

    `begun` is False while the meeting waits for a host or for its scheduled time; `starting` is
    True while a host is about to press the start keys. `staged`: random events leave the meeting
    and its calls alone. `miscounted` is how many people more the bridge reports than there are.
    """

    id: int
    number: int
    created: int
    owner: str | None
    attributes: dict[str, str]
    codes: tuple[str, str, str]
    wanted: int
    hold_mode: int = 0
    is_recording: bool = False
    is_secured: bool = False
    mute_mode: int = 0
    qa_mode: int = 0
    type: int = 0
    state: int = 2
    polling_mode: object = None
    ending: bool = False
    begun: bool = True
    starting: bool = False
    staged: bool = False
    miscounted: int = 0
    calls: dict[int, Call] = field(default_factory=dict)
    heads: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    @property
    def participant_count(self) -> int:
        """Return the number of people: roles 1 to 3, without the recording leg."""
        return self.heads[1] + self.heads[2] + self.heads[3]

    @property
    def reported_count(self) -> int:
        """Return the number of people that the bridge reports."""
        return self.participant_count + self.miscounted
