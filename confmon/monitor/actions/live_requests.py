"""The request of an action on a call or meeting, and the read that shows its target."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.calls import Answer, Call, Meeting, Value
    from confmon.monitor.actions.action import Action
    from confmon.ports import Bridge


async def send(action: Action, bridge: Bridge) -> Answer:
    """Send it once. Raises BridgeError."""
    resource, key = action.target
    change = cast("Mapping[str, Value]", action.change)
    match resource, action.method:
        case "call", "PUT":
            return await bridge.put_call(key, change)
        case "call", "DELETE":
            return await bridge.delete_call(key)
        case "meeting", "PUT":
            return await bridge.put_meeting(key, change)
        case "meeting", "DELETE":
            return await bridge.delete_meeting(key)
        case what:
            raise ValueError(f"no such action: {what}")


async def read(action: Action, bridge: Bridge) -> Call | Meeting:
    """Read the call or meeting by itself. Raises BridgeError; NotFound: it is gone."""
    resource, key = action.target
    if resource == "call":
        return await bridge.get_call(key)
    return await bridge.get_meeting(key)
