"""Signals leave the screen too; what does not arrive is a notice, and nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.config.settings.alerts import AlertSettings
from confmon.models.errors import ServerTrouble
from confmon.monitor.alerts.outlets import Outlets
from tests.monitor.test_alerts import Receiver
from tests.screens.test_attention import raise_in_turn, three_meetings

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging

ON = AlertSettings(webhook="https://hooks.example/x", rules=("question",))


async def test_a_receiver_that_fails_is_a_notice_with_its_age_and_goes_with_it(
    bridge: Bridge, staged: Staging
) -> None:
    three_meetings(bridge)
    receiver = Receiver()
    async with staged(alerts=ON, outlets=Outlets(lambda: [receiver])) as stage:
        await stage.until(lambda: bool(stage.session.alerts and stage.session.alerts._senders))
        receiver.error = ServerTrouble("hooks.example:443 fails (500)", status=500)
        await raise_in_turn(stage, 2)
        assert "alerts do not reach hooks.example:443" in stage.text
        await stage.advance(130)
        assert "fails (500), for 2 min" in stage.text
        receiver.error = None
        await stage.advance(70)
        assert stage.notice == "alerts reach hooks.example:443 again"
        await stage.quiet()
        assert "alerts do not reach" not in stage.text
        assert [alert.rule for alert in receiver.received[-1][0]] == ["question"]
    assert receiver.is_closed


async def test_news_of_copies_of_the_audit_log_is_shown(bridge: Bridge, staged: Staging) -> None:
    three_meetings(bridge)
    news = ["audit lines do not reach journald: gone; the file has them"]
    outlets = Outlets(news=lambda: [news.pop() for _ in range(len(news))])
    async with staged(outlets=outlets) as stage:
        await stage.advance(1)
        await stage.settle()
        assert "audit lines do not reach journald" in stage.notice
