"""The scenarios: name, what it shows, function. Command line and help read this table.

Loads nothing: a command line is checked before anything of the simulator is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world.world import World


class Scenario(NamedTuple):
    """One scenario. `function` is its module and name in this package."""

    shows: str
    function: str

    def play(self, world: World) -> None:
        """Set it up in a world, and plan its events."""
        from importlib import import_module

        module, _, name = self.function.partition(".")
        function: Callable[[World], object] = getattr(
            import_module(f"confmon.simulator.scenarios.{module}"), name
        )
        function(world)


DEMO = "demo"
SCENARIOS: dict[str, Scenario] = {
    name: Scenario(shows, function)
    for name, shows, function in (
        (DEMO, "a bit of everything, within three minutes", "scene.set_the_scene"),
        ("question", "hands are raised one after the other", "callers.raise_hands"),
        ("help", "a caller asks for the operator", "callers.ask_for_help"),
        ("at-the-door", "a caller rings and is let in by nobody", "callers.wait_at_the_door"),
        ("no-host", "the last host leaves the others alone", "meetings.lose_host"),
        ("no-host-came", "callers wait for a host who does not come", "meetings.wait_for_host"),
        ("all-held", "everybody in a meeting is on hold", "meetings.hold_everybody"),
        ("long-hold", "one caller is forgotten on hold", "callers.forget_one_on_hold"),
        ("dead-air", "everybody is muted", "meetings.mute_everybody"),
        ("alone", "one caller has been alone for minutes", "meetings.stay_alone"),
        ("empty", "a meeting has no callers and does not end", "meetings.stay_empty"),
        ("long-meeting", "a meeting is twelve hours old", "meetings.run_too_long"),
        ("long-leg", "a caller has been there for six hours", "callers.stay_too_long"),
        ("recording-off", "a recording stops that should go on", "meetings.lose_recording"),
        ("recording-leg", "a recorded meeting has no recording leg", "meetings.lose_recording_leg"),
        ("small-room", "a room of ten seats fills up", "meetings.fill_up"),
        ("full-bridge", "a meeting reaches 800, 900, 1,000 callers", "meetings.fill_the_largest"),
        ("end-soon", "meetings come near their longest duration", "meetings.end_soon"),
        ("flapping", "a caller drops and returns again and again", "callers.drop_in_and_out"),
        ("mass-drop", "all callers of one dialled number drop", "bridge.drop_a_number"),
        ("node-lost", "a node is lost with all its calls", "bridge.lose_node"),
        ("node-silent", "a node gets no new calls, the others do", "bridge.silence_node"),
        ("join-spike", "eighty callers join within half a minute", "traffic.join_spike"),
        ("short-calls", "many calls end within half a minute", "traffic.short_calls"),
        ("redials", "many callers drop and dial in again", "traffic.redials"),
        ("code-guessing", "a number rings often and never joins", "callers.guess_codes"),
        ("same-number", "three callers have one number", "callers.share_a_number"),
        ("pumping", "calls of one block of numbers stay for hours", "traffic.pumping"),
        ("outbound", "a host dials out to places of fraud", "callers.dial_abroad"),
        ("other-operator", "another operator mutes and holds", "callers.mute_by_another"),
        ("miscount", "the bridge reports more people than calls", "meetings.miscount"),
    )
}  # fmt: skip
