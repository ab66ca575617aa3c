"""`confmon share status`: who collects, how old that is, who is here, how much is kept."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from confmon.cli.commands.past.rows import iso
from confmon.cli.output.writers import write_lines, write_table
from confmon.cli.share import open_share
from confmon.monitor.polling.freshness import ago
from confmon.process import exits
from confmon.sharing.status import ShareStatus, read_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.sharing.records import Member
    from confmon.sharing.tables.place import SharePlace

_KINDS: Final = {"screen": "screen", "collect": "collector", "record": "recorder"}


def run(place: SharePlace, endpoint: str, *, as_json: bool) -> int:
    """Print it as lines and a table, or as one JSON object. CliExit: see `confmon.cli.share`."""
    with open_share(place) as connection:
        status = read_status(connection, endpoint)
    if as_json:
        print(json.dumps({"place": place.shown, **to_row(status)}))
        return exits.OK
    write_lines([("place", place.shown), *_lines(status)])
    if status.members:
        print()
        write_table(
            ("operator", "kind", "looks at", "here for"),
            [_cells(member, status) for member in status.members],
            (False, False, True, True),
        )
    return exits.OK


def to_row(status: ShareStatus) -> dict[str, Any]:
    """Return what JSON has. Moments are UTC by the database's clock, ages are seconds."""
    lease, collector = status.lease, status.collector
    return {
        "endpoint": status.endpoint,
        "version": status.version,
        "now": iso(status.now),
        "collector": lease.box if lease.expires else None,
        "collector_member": None if collector is None else str(collector.operator),
        "epoch": lease.epoch,
        "seq": lease.seq,
        "interval_s": lease.interval_ms / 1000,
        "lease_left_s": max(0, lease.expires - status.now) / 1000,
        "frame_age_s": {kind: _age_s(at, status) for kind, at in status.newest.items()},
        "members": [
            {
                "operator": member.operator.name, "box": member.operator.box, "kind": member.kind,
                "meeting": member.meeting, "since": iso(member.since),
            }
            for member in status.members
        ],
        "claims": [
            {"meeting": claim.key, "operator": claim.operator.name, "box": claim.operator.box,
             "since": iso(claim.at)}
            for claim in status.claims
        ],
        "audit": [
            {"box": kept.box, "lines": kept.lines, "newest": iso(kept.newest)}
            for kept in status.audit
        ],
        "bytes": status.bytes,
    }  # fmt: skip


def _lines(status: ShareStatus) -> list[tuple[str, str]]:
    lease = status.lease
    collector = "nobody: the next screen or confmon collect takes over"
    if lease.expires:
        left = ago((lease.expires - status.now) / 1000)
        collector = f"{lease.box}, every {lease.interval_ms / 1000:g} s, its lease ends in {left}"
    ages = (f"{kind} {ago(_age_s(at, status))}" for kind, at in status.newest.items())
    claims = (f"{claim.key} ({claim.operator})" for claim in status.claims)
    audit = (f"{audit_of_box.lines:,} of {audit_of_box.box}" for audit_of_box in status.audit)
    return [
        ("bridge", status.endpoint),
        ("collector", collector),
        ("epoch", f"{lease.epoch}, frame {lease.seq:,}"),
        ("age", ", ".join(ages) or "no read is kept"),
        ("claims", ", ".join(claims) or "none"),
        ("audit", ", ".join(audit) or "no lines"),
        ("size", f"{status.bytes / 1e6:,.1f} MB"),
        ("here", _here(status.members)),
    ]


def _here(members: Sequence[Member]) -> str:
    """Return how many there are of each kind, the screens first: the header counts these."""
    counts = Counter(_KINDS.get(member.kind, member.kind) for member in members)
    order = sorted(counts, key=[*_KINDS.values(), *counts].index)
    return ", ".join(f"{counts[kind]} {kind}{'s' * (counts[kind] != 1)}" for kind in order) or "0"


def _cells(member: Member, status: ShareStatus) -> tuple[str, ...]:
    mark = " (collects)" if member == status.collector else ""
    meeting = "" if member.meeting is None else str(member.meeting)
    return str(member.operator), member.kind + mark, meeting, ago(_age_s(member.since, status))


def _age_s(at: int, status: ShareStatus) -> float:
    return max(0, status.now - at) / 1000
