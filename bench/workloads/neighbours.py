"""Hits of one organization's render URLs while aliases are moved: those of another organization on the same server, and
others of its own, against the same moves on a second server, which costs the machine as much and touches no answer."""

import contextlib
import random
import re
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness import effort, moves, paths, photo, usage
from harness.beside import beside
from harness.load import wrk
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

URLS = effort.chosen([1, 500, 10_000], quick=[1, 50])
RATES = effort.chosen([15, 200], quick=[200])
ROUNDS = effort.chosen(3, quick=1)
SECONDS = effort.chosen(4, quick=1)
CONNECTIONS = 64
PICTURES = effort.chosen(100, quick=2)

# All URLs have room among the hot answers: what moves cost is measured, not what too little memory does.
SETTINGS = {"RUCOLA_DELIVERY_HOT_BYTES": str(1 << 30)}

# Of the hits, in a run without moves. Less: it is not the hot answers that are measured.
LEAST_HOT = 0.99


@dataclass
class Samples:
    hits: list[float] = field(default_factory=list)  # a second
    cost: list[float] = field(default_factory=list)  # microseconds on a processor a hit, both servers together
    moves: list[float] = field(default_factory=list)  # a second, those that were acknowledged


class Place:
    """Both servers, and whose aliases are moved in which case."""

    def __init__(self, server: Rucola, other_server: Rucola) -> None:
        self.server, self.other_server = server, other_server
        self.movers = {"a second server": other_server, "another organization": server.of("neighbour"), "its own": server}
        small = [photo.small(number) for number in range(PICTURES)]
        self.images = {mover: [self._client(mover).upload(file) for file in small[:2]] for mover in self.movers}
        for number, file in enumerate(small):
            each = max(1, URLS[-1] // PICTURES)
            fill(server.data, server.upload(file), number * each, (number + 1) * each)

    def _client(self, mover: str) -> Rucola:
        return self.movers[mover]

    def moving(self, mover: str, per_second: float):
        if not per_second:
            return contextlib.nullcontext()
        return beside(moves.keep_moving, self._client(mover), self.images[mover], "moved_", per_second)

    def processor_seconds(self) -> float:
        return sum(usage.processor_seconds(each.process.pid) for each in (self.server, self.other_server))

    def hot_answers(self) -> float:
        text = self.server.call("GET", "/metrics").decode()
        found = re.search(r'^rucola_render_answers_total\{[^}]*layer="hot"[^}]*\} (\S+)$', text, re.MULTILINE)
        return float(found.group(1)) if found else 0.0


def fill(data: Path, image: str, first: int, count: int) -> None:
    command = [paths.program("fill_aliases"), str(data), ORGANIZATION, image, str(first), str(count)]
    subprocess.run(command, check=True)


def hit(place: Place, urls: int, seconds: int):
    return wrk(place.server.url("/"), CONNECTIONS, seconds, "random_alias.lua", [str(urls)])


def warm_up(place: Place, urls: int) -> None:
    """Until nearly every hit is a hot answer: every URL has to be seen once, and no answer is kept within the second of its
    alias' last move."""
    hot = 0.0
    for _ in range(30):
        before = place.hot_answers()
        load = hit(place, urls, 2)
        hot = (place.hot_answers() - before) / load.requests
        if hot >= LEAST_HOT:
            return
    raise RuntimeError(f"of {urls} URLs only {hot:.0%} of the hits are hot answers, though nothing moves")


def sample(place: Place, urls: int, mover: str, per_second: float, into: Samples) -> None:
    with place.moving(mover, per_second) as moved:
        before = place.processor_seconds()
        load = hit(place, urls, SECONDS)
        cost = place.processor_seconds() - before
    into.hits.append(load.requests_per_second)
    into.cost.append(cost / load.requests * 1e6)
    if moved is not None:
        into.moves.append(moved.value.per_second)


def measure(section: Section, place: Place, urls: int) -> None:
    cases = [("nobody", 0)] + [(mover, rate) for rate in RATES for mover in place.movers]
    samples = {case: Samples() for case in cases}
    warm_up(place, urls)
    for round_ in range(ROUNDS):
        order = list(cases)
        random.Random(round_).shuffle(order)
        for mover, rate in order:
            hit(place, urls, 1)  # what the case before has dropped is hot again
            sample(place, urls, mover, rate, samples[mover, rate])
    report(section, urls, samples)


def report(section: Section, urls: int, samples: dict[tuple[str, int], Samples]) -> None:
    named = f"{urls:,} URL{'s' * (urls > 1)}"
    for (mover, rate), found in samples.items():
        what = f"{named}, no moves" if not rate else f"{named}, {rate} moves/s of {mover}"
        section.add(what, found.hits, "hits/s")
        section.add(f"{what}, processor time", found.cost, "µs a hit")
        if rate:
            section.add(f"{what}, acknowledged", found.moves, "moves/s")
    for rate in RATES:
        ratios(section, f"{named}, {rate} moves/s", rate, samples)


def ratios(section: Section, what: str, rate: int, samples: dict[tuple[str, int], Samples]) -> None:
    median: Callable[[list[float]], float] = statistics.median
    apart = samples["a second server", rate]
    against = "the same moves on a second server"
    for mover, target in (("another organization", "0.95×"), ("its own", "0.9×" if rate == 200 else "")):
        hits = median(samples[mover, rate].hits) / median(apart.hits)
        section.ratio(f"{what} of {mover}, hits", hits, against, target)
        cost = median(samples[mover, rate].cost) / median(apart.cost)
        most = "at most 1.1×" if mover == "another organization" else ""
        section.ratio(f"{what} of {mover}, processor time a hit", cost, against, most, less_is_better=True)


def run(section: Section, scratch: Path) -> None:
    folders = [scratch / "server", scratch / "second"]
    for folder in folders:
        folder.mkdir()
    with serving(folders[0], SETTINGS) as server, serving(folders[1], SETTINGS) as other_server:
        place = Place(server, other_server)
        for urls in URLS:
            measure(section, place, urls)
