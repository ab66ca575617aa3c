"""The figures in the words of Prometheus. The one module that knows `prometheus_client`.

Labels are roles, states, rules and the like: never an id, a number or a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from confmon.cli.commands.watching.endless import Figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client.core import Metric

    _Family = GaugeMetricFamily | CounterMetricFamily

LISTS: Final = ("meetings", "calls")
BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Exposition:
    """Gives the newest figures to whoever scrapes, on any thread.

    What is too old to go by is left out, so that Prometheus marks it as stale; what was counted,
    and when a list was last read whole, stays.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is the monotonic clock."""
        self._now = now
        self.figures: Callable[[], Figures] = Figures
        """Returns the newest ones."""
        self.has_ended = False
        """Nothing is read any more: no gauge is true."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=True)
        self.registry.register(self)
        self._scans = Histogram(
            "confmon_scan_duration_seconds",
            "How long it took to read a list whole, all its pages together.",
            ["list"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        for name in LISTS:
            self._scans.labels(name)

    def note_scan(self, name: str, seconds: float) -> None:
        """Note how long the read of a list took."""
        self._scans.labels(name).observe(seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield every figure; a gauge without samples where it is too old."""
        figures, now = self.figures(), float("inf") if self.has_ended else self._now()
        knows_calls, knows_meetings = now < figures.calls_until, now < figures.meetings_until
        knows = {"meetings": knows_meetings, "calls": knows_calls}
        unreadable = {(name,): figures.unreadable.get(name, 0) for name in knows if knows[name]}
        families: tuple[tuple[type[_Family], str, str, tuple[str, ...], Mapping[Any, float]], ...]
        families = (
            (GaugeMetricFamily, "calls", "Live calls, by role and by what they can do.",
             ("role", "state"), figures.calls if knows_calls else {}),
            (GaugeMetricFamily, "meetings", "Live meetings.",
             (), {(): figures.meetings} if knows_meetings else {}),
            (GaugeMetricFamily, "attention",
             "What needs somebody, by rule: confmon help attention.",
             ("rule", "severity"), figures.signals if knows_calls and knows_meetings else {}),
            (CounterMetricFamily, "joins", "Callers who came since confmon began to read.",
             (), {(): figures.joins}),
            (CounterMetricFamily, "leaves", "Callers who left since confmon began to read.",
             (), {(): figures.leaves}),
            (CounterMetricFamily, "api_requests",
             "Requests sent, by status; none: no answer came.",
             ("method", "code"), dict(sorted(figures.requests.items()))),
            (CounterMetricFamily, "actions",
             "Actions of every confmon of this user since this one began to read.",
             ("verb", "outcome"), dict(sorted(figures.actions.items()))),
            (GaugeMetricFamily, "unreadable_records",
             "Records in no figure, since they could not be read.", ("list",), unreadable),
            (GaugeMetricFamily, "last_clean_scan_timestamp_seconds",
             "When the newest whole read of a list was asked for; 0: never yet.",
             ("list",), {(name,): figures.clean_at.get(name, 0.0) for name in LISTS}),
        )  # fmt: skip
        for kind, name, text, labels, samples in families:
            family = kind(f"confmon_{name}", text, labels=labels)
            for values, sample in samples.items():
                family.add_metric(values, sample)
            yield family
