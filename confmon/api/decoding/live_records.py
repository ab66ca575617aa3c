"""How calls, meetings and live attributes are read."""

from __future__ import annotations

from threading import Thread
from typing import Final

from confmon.api.decoding.json_body import load, open_page
from confmon.api.decoding.records import RecordDecoder
from confmon.models.live_records import Attribute, Call, Meeting, R


class Kind(RecordDecoder[R]):
    """What is known of one kind of live record.

    `plural` is its list's name. `left_out` are fields a scan does not want: they move by
    themselves, or are long.
    """

    def __init__(self, record: type[R], plural: str, left_out: tuple[str, ...]) -> None:
        super().__init__(record)
        self.plural = plural
        self.left_out = left_out


MEETINGS: Final = Kind(Meeting, "meetings", ("duration", "attributes"))
CALLS: Final = Kind(Call, "calls", ("duration",))
_ATTRIBUTE: Final = RecordDecoder(Attribute)


def prepare() -> None:
    """Load pydantic and make the decoders of lists, on a thread: the first reply takes longer."""
    if not (MEETINGS.is_ready and CALLS.is_ready):
        Thread(target=lambda: (MEETINGS.validate, CALLS.validate), name="decoders").start()


def read_attributes(body: bytes) -> tuple[Attribute, ...]:
    """Read ``[{"name": …, "value": …}]``, in either envelope too; what has no name is left out."""
    found: dict[str, Attribute] = {}
    for raw in open_page("attributes", load(body)).items:
        try:
            attribute = _ATTRIBUTE.read(raw)
        except ValueError:
            continue
        found[attribute.name] = attribute
    return tuple(found.values())
