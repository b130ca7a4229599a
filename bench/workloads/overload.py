"""Three and ten times as many renders as can be made, while cached ones are asked for as well."""

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path

from harness import arrivals, effort, photo
from harness.report import Section
from harness.rucola import Rucola, serving
from workloads.cold import through_http

FACTORS = (3, 10)
SECONDS = effort.chosen(40, quick=3)
# A burst may wait as long as anything may (render.queue_timeout): what counts is what comes after it.
SETTLED_AFTER = effort.chosen(12, quick=0)
JOBS = effort.chosen(60, quick=6)
HITS_A_SECOND = 50
FORMAT = "webp"


def distinct_jobs() -> Iterator[tuple[str, int, int]]:
    """Renders of about 1,600 pixels, each of which takes so long that a client in Python can ask for ten times too many."""
    return ((FORMAT, width, quality) for quality, width in itertools.product(range(60, 95), range(1_500, 1_700)))


def path_of(server: Rucola, image: str, job: tuple[str, int, int]) -> str:
    image_format, width, quality = job
    return server.render_path(
        f"dynamic/resize-width-{width}--options-{image_format}.quality-{quality}", f"{image}.{image_format}"
    )


def percentile(ordered: list[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def run(section: Section, scratch: Path) -> None:
    with serving(scratch) as server:
        image = server.upload(photo.six_megapixels())
        jobs = distinct_jobs()
        cached = path_of(server, image, next(jobs))
        server.call("GET", cached)
        capacity = statistics.median(
            JOBS / through_http(server, image, list(itertools.islice(jobs, JOBS))) for _ in range(effort.chosen(3, quick=1))
        )
        section.add("capacity: renders when no more are asked for than can be made", capacity, "renders/s")
        for factor in FACTORS:
            rate = factor * capacity
            paths = [path_of(server, image, job) for job in itertools.islice(jobs, int(rate * SECONDS))]
            renders, hits = arrivals.arriving(
                server.port, (paths, rate), ([cached] * int(HITS_A_SECOND * SECONDS), HITS_A_SECOND)
            )
            measured = f"{factor}× overload"
            made = renders.milliseconds(good=True, since=SETTLED_AFTER)
            refused = renders.milliseconds(good=False, since=SETTLED_AFTER)
            section.ratio(
                f"{measured}, useful work", len(made) / (SECONDS - SETTLED_AFTER) / capacity, "capacity", "0.95×"
            )
            section.add(f"{measured}, accepted, p50", percentile(made, 50), "ms")
            section.add(f"{measured}, accepted, p99", percentile(made, 99), "ms", target="under 2,000 ms")
            section.add(f"{measured}, refused, p99", percentile(refused, 99), "ms", target="under 10 ms")
            section.add(
                f"{measured}, hits, p99", percentile(hits.milliseconds(good=True, since=0), 99), "ms", target="under 20 ms"
            )
