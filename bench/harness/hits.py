"""What serves the same bytes as rucola's cached renders, and how quickly each does."""

import statistics
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from . import effort, usage
from .load import Load, wrk
from .report import Section

ROUNDS = effort.chosen(5, quick=1)
SECONDS = effort.chosen(2, quick=1)
CONNECTIONS = 64


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def entity_tag(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.headers["ETag"]


@dataclass
class Served:
    url: str
    pid: int
    paths: Path | None = None  # of what is asked for in random order, instead of the URL
    headers: dict[str, str] = field(default_factory=dict)

    def load(self, seconds: int, connections: int = CONNECTIONS) -> Load:
        if self.paths is None:
            return wrk(self.url, connections, seconds, headers=self.headers)
        return wrk(self.url, connections, seconds, "random_path.lua", [str(self.paths)])


def rounds_of(these: dict[str, Served]):
    """Names in the order in which to measure them, round by round: each begins with another one, so that none always runs on
    the warmer or the cooler machine."""
    for number in range(ROUNDS):
        yield list(these)[number % len(these) :] + list(these)[: number % len(these)]


def measure(section: Section, label: str, these: dict[str, Served], targets: dict[str, str]) -> None:
    """Requests a second, and what each cost the server on a processor; ratios to those that have a target."""
    rates: dict[str, list[float]] = {name: [] for name in these}
    costs: dict[str, list[float]] = {name: [] for name in these}
    for served in these.values():
        served.load(1)
    for names in rounds_of(these):
        for name in names:
            before = usage.processor_seconds(these[name].pid)
            load = these[name].load(SECONDS)
            rates[name].append(load.requests_per_second)
            costs[name].append((usage.processor_seconds(these[name].pid) - before) / load.requests * 1e6)
    for name in these:
        section.add(f"{label}, {name}", rates[name], "requests/s")
        section.add(f"{label}, {name}, processor time", costs[name], "µs a request")
    rate = {name: statistics.median(samples) for name, samples in rates.items()}
    cost = {name: statistics.median(samples) for name, samples in costs.items()}
    for name, target in targets.items():
        section.ratio(f"{label}, rucola", rate["rucola"] / rate[name], name, target)
        section.ratio(f"{label}, processor time of {name}", cost[name] / cost["rucola"], "that of rucola")
