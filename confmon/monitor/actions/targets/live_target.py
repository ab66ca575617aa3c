"""The requests of actions on calls and meetings, and the reads that show their targets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from confmon.monitor.actions.action import Reply
from confmon.monitor.actions.targets.target import ActionTarget
from confmon.monitor.actions.verbs import raw_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.live_records import Call, Meeting, Value
    from confmon.monitor.actions.action import Action
    from confmon.ports import Bridge


async def read(action: Action, bridge: Bridge) -> Call | Meeting:
    """Read the call or meeting by itself. Raises BridgeError; NotFound: it is gone."""
    resource, key = action.target
    if resource == "call":
        return await bridge.get_call(key)
    return await bridge.get_meeting(key)


def renew(action: Action, record: Call | Meeting) -> Action:
    """Return the action with its value before as a fresh read shows it."""
    return replace(action, before={wire: raw_value(record, wire) for wire in action.change})


class LiveTarget(ActionTarget):
    """The call or meeting of one action."""

    def __init__(self, action: Action, bridge: Bridge) -> None:
        super().__init__(action)
        self._bridge = bridge

    async def send(self) -> Reply:
        """Send it once. Raises BridgeError."""
        resource, key = self.action.target
        change = cast("Mapping[str, Value]", self.action.change)
        match resource, self.action.method:
            case "call", "PUT":
                answer = await self._bridge.put_call(key, change)
            case "call", "DELETE":
                answer = await self._bridge.delete_call(key)
            case "meeting", "PUT":
                answer = await self._bridge.put_meeting(key, change)
            case "meeting", "DELETE":
                answer = await self._bridge.delete_meeting(key)
            case what:
                raise ValueError(f"no such action: {what}")
        return Reply(*answer)
