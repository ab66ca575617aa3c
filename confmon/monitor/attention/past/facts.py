"""What the rules know for sure of the past: it is so from some read on, and stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from confmon.monitor.attention.past.foreign import ForeignChanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call
    from confmon.monitor.attention.past.foreign import Explains

DIDS_KEPT = 10_000

Fact = Literal["foreign", "hosts", "legs", "dids"]
"""What rules ask of the past: what others changed in a meeting and whether it has had a host; and
of the bridge, whether it shows recording legs and which DIDs bring no hosts."""


class Facts:
    """The facts, and which of them are others than when somebody asked last."""

    def __init__(self, settings: AttentionSettings, codes: Codes, ours: Explains) -> None:
        self._learned_calls = settings.no_host_learned_calls
        self.foreign = ForeignChanges(settings.changed_by_other_s, codes, ours)
        self.hosted: set[int] = set()
        """The meetings that have had a host, as far as this run has seen."""
        self.has_recording_legs = False
        """Whether this bridge shows the legs of recordings."""
        self._turned: set[Fact] = set()
        """The facts about the bridge that were otherwise when somebody asked last."""
        self._newly_hosted: set[int] = set()
        roles = {
            row.value: codes.role(row.value) for row in codes.rows() if row.field == "call.role"
        }
        self.host_roles = {value for value, role in roles.items() if role == "host"}
        self.recording_roles = {value for value, role in roles.items() if role == "recording"}
        self._did_roles: dict[str, list[int]] = {}
        """Of each DID, how many came over it, and how many of them were hosts."""

    def makes_no_hosts(self, did: str) -> bool:
        """Whether many came over a DID, and never a host."""
        callers, hosts = self._did_roles.get(did, (0, 0))
        return not hosts and callers >= self._learned_calls

    def note_host(self, host: Call) -> None:
        """Note that a meeting has a host."""
        number = host.meeting_number
        if number is not None and number not in self.hosted:
            self.hosted.add(number)
            self._newly_hosted.add(number)

    def note_recording_leg(self) -> None:
        """Note that this bridge shows the legs of recordings."""
        if not self.has_recording_legs:
            self.has_recording_legs = True
            self._turned.add("legs")

    def count_role(self, did: str, call: Call) -> None:
        """Count who came over a DID: a host, or another."""
        counts = self._did_roles.get(did)
        if counts is None:
            if len(self._did_roles) >= DIDS_KEPT:
                return
            counts = self._did_roles[did] = [0, 0]
        is_host = call.role in self.host_roles
        counts[0] += 1
        counts[1] += is_host
        learned = self._learned_calls
        if counts[1] == is_host and (counts[0] > learned if is_host else counts[0] == learned):
            self._turned.add("dids")

    def forget(self, number: int) -> None:
        """Forget a meeting that has ended."""
        self.hosted.discard(number)
        self.foreign.forget(number)

    def take_turned(self) -> Iterator[tuple[Fact, set[int] | None]]:
        """Yield the facts that are others now, and in which meetings; None: in all of them."""
        for fact, numbers in (("foreign", self.foreign.touched), ("hosts", self._newly_hosted)):
            if numbers:
                yield cast("Fact", fact), numbers.copy()
                numbers.clear()
        turned, self._turned = self._turned, set()
        for kind in turned:
            yield kind, None
