"""Renders that nobody has cached, through HTTP with all cores, against libvips called in-process for the same jobs."""

import http.client
import json
import random
import statistics
import subprocess
import threading
import time
from pathlib import Path

from harness import effort, machine, paths, photo, usage
from harness.report import Section
from harness.rucola import Rucola, serving

ROUNDS = effort.chosen(3, quick=1)
JOBS = effort.chosen({"jpg": 160, "webp": 80}, quick={"jpg": 8, "webp": 4})

Job = tuple[str, int, int]  # format, width, quality


def job_lists(image_format: str) -> list[list[Job]]:
    """Distinct renders around 720 pixels and quality 80, so that no cache has one; the same work on average."""
    jobs = [(image_format, width, quality) for width in range(690, 751) for quality in range(75, 86)]
    random.Random(80).shuffle(jobs)
    count = JOBS[image_format]
    return [jobs[i * count : (i + 1) * count] for i in range(ROUNDS)]


def render_path(server: Rucola, image: str, job: Job) -> str:
    image_format, width, quality = job
    return server.render_path(
        f"dynamic/resize-width-{width}--options-{image_format}.quality-{quality}", f"{image}.{image_format}"
    )


def through_http(server: Rucola, image: str, jobs: list[Job]) -> float:
    """Seconds. Two clients a worker: while one reads its answer, the worker has the next job."""
    waiting = list(reversed(jobs))
    failures: list[str] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while True:
            try:
                job = waiting.pop()
            except IndexError:
                return
            path = render_path(server, image, job)
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                failures.append(f"{path}: {answer.status} {body[:300]!r}")

    clients = [threading.Thread(target=client) for _ in range(2 * machine.cores())]
    began = time.monotonic()
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    took = time.monotonic() - began
    if failures:
        raise RuntimeError(failures[0])
    return took


def in_process(source: Path, jobs: list[Job]) -> dict:
    done = subprocess.run(
        [paths.program("vips_cold"), str(source), str(machine.cores()), "3600"],
        input="\n".join(f"{image_format} {width} {quality}" for image_format, width, quality in jobs),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def measure(section: Section, server: Rucola, source: Path, image: str, image_format: str) -> None:
    ours: list[float] = []
    theirs: list[float] = []
    costs: list[float] = []
    direct_costs: list[float] = []
    peak_kib = 0
    for jobs in job_lists(image_format):
        before = usage.processor_seconds(server.process.pid)
        ours.append(len(jobs) / through_http(server, image, jobs))
        costs.append((usage.processor_seconds(server.process.pid) - before) / len(jobs) * 1000)
        direct = in_process(source, jobs)
        theirs.append(direct["jobs"] / direct["seconds"])
        direct_costs.append(direct["processor_seconds"] / direct["jobs"] * 1000)
        peak_kib = max(peak_kib, direct["peak_rss_kib"])
    section.add(f"to 720 px {image_format}, rucola", ours, "renders/s")
    section.add(f"to 720 px {image_format}, libvips in-process", theirs, "renders/s")
    section.ratio(
        f"to 720 px {image_format}, rucola",
        statistics.median(ours) / statistics.median(theirs),
        "libvips in-process",
        "0.95× of libvips 8.18",
    )
    cost = section.add(f"to 720 px {image_format}, rucola, processor time", costs, "ms a render")
    direct_cost = section.add(f"to 720 px {image_format}, libvips, processor time", direct_costs, "ms a render")
    section.ratio(f"to 720 px {image_format}, processor time of libvips", direct_cost / cost, "that of rucola")
    section.add(f"to 720 px {image_format}, peak memory of a libvips process", peak_kib / 1024, "MiB")


def run(section: Section, scratch: Path) -> None:
    source = photo.six_megapixels()
    with serving(scratch) as server:
        image = server.upload(source)
        server.call("GET", render_path(server, image, ("jpg", 300, 80)))
        for image_format in JOBS:
            measure(section, server, source, image, image_format)
        section.add("peak memory of the server", usage.peak(server.process.pid), "MiB")
        workers = usage.descendants(server.process.pid)
        section.add("peak memory of a worker", max(usage.peak(pid) for pid in workers), "MiB")
