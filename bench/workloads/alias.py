"""Durable moves a second, and what resolving an alias costs as their number grows."""

import json
import os
import subprocess
import time
from pathlib import Path

from harness import effort, paths, photo, usage
from harness.load import wrk
from harness.report import Section
from harness.rucola import ORGANIZATION, PROGRAM, environment, serving

CLIENTS = [1, 16, 64]
COUNTS = effort.chosen({"1 k": 1_000, "100 k": 100_000, "1 M": 1_000_000}, quick={"100": 100, "1 k": 1_000})
SECONDS = effort.chosen(4, quick=1)


def syncs_per_second(folder: Path) -> float:
    """What the disk allows: one 4 KiB write into a file of fixed size and one fdatasync after the other, for a second."""
    file = os.open(folder / "syncs", os.O_WRONLY | os.O_CREAT, 0o600)
    blocks = 256
    os.write(file, bytes(blocks * 4096))
    os.fsync(file)
    block = b"x" * 4096
    count = 0
    began = time.monotonic()
    while time.monotonic() - began < 1:
        os.pwrite(file, block, count % blocks * 4096)
        os.fdatasync(file)
        count += 1
    os.close(file)
    return count / (time.monotonic() - began)


def sum_of_versions(data: Path) -> int:
    command = [PROGRAM, "alias", "list", "--data", str(data), "--organization", ORGANIZATION]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment({})).stdout
    return sum(json.loads(line)["version"] for line in output.splitlines())


def measure_moves(section: Section, scratch: Path) -> None:
    syncs = [syncs_per_second(scratch) for _ in range(3)]
    bare = section.add("write and fdatasync of 4 KiB, one after the other", syncs, "a second")
    with serving(scratch) as server:
        images = [server.upload(photo.small(1)), server.upload(photo.small(2))]
        acknowledged = 0
        for clients in CLIENTS:
            arguments = [server.key, *images, f"c{clients}"]
            load = wrk(server.url("/"), clients, SECONDS, "move.lua", arguments)
            acknowledged += load.requests
            rate = section.add(f"durable moves, {clients} client{'s' * (clients > 1)}", load.requests_per_second, "moves/s")
            section.ratio(f"durable moves, {clients} client{'s' * (clients > 1)}", rate / bare, "bare fdatasync")
        section.add("peak memory of the server", usage.peak(server.process.pid), "MiB")
    counted = sum_of_versions(scratch / "data")
    if counted < acknowledged:
        raise RuntimeError(f"{acknowledged} moves were acknowledged, but the aliases count only {counted}")


def micro(data: Path, count: int) -> dict[str, float]:
    """Nanoseconds on a processor for a look-up by Store::alias(), by the number of threads."""
    own = {"BENCH_DATA": str(data), "BENCH_ORGANIZATION": ORGANIZATION, "BENCH_ALIASES": str(count)}
    command = [paths.program("resolve_aliases"), "--benchmark_format=json", "--benchmark_min_time=1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | own)
    results = json.loads(done.stdout)["benchmarks"]
    return {row["name"].rsplit(":", 1)[1]: row["cpu_time"] for row in results}


def over_http(scratch: Path, data: Path, count: int, hot_bytes: str) -> tuple[float, float]:
    with serving(scratch, {"RUCOLA_DELIVERY_HOT_BYTES": hot_bytes}, data=data) as server:
        server.call("GET", server.render_path("dynamic/resize-width-100", "-_a0_-.jpg"))
        wrk(server.url("/"), 64, 1, "random_alias.lua", [str(count)])
        load = wrk(server.url("/"), 64, SECONDS, "random_alias.lua", [str(count)])
        return load.requests_per_second, usage.peak(server.process.pid)


def fill(data: Path, image: str, first: int, count: int) -> None:
    command = [paths.program("fill_aliases"), str(data), ORGANIZATION, image, str(first), str(count)]
    subprocess.run(command, check=True)


def measure_resolving(section: Section) -> None:
    # Reading needs no disk, and filling a million rows on one that syncs takes minutes.
    with paths.scratch("aliases", paths.memory_backed()) as scratch:
        data = scratch / "data"
        with serving(scratch, data=data) as server:
            image = server.upload(photo.small(1))
        looked_up: dict[str, float] = {}
        answered: dict[str, float] = {}
        filled = 0
        for label, count in COUNTS.items():
            fill(data, image, filled, count)
            filled = count
            looked_up[label] = micro(data, count)["1"]
            section.add(f"look up one of {label} aliases in the catalog", looked_up[label] / 1000, "µs")
            answered[label], peak = over_http(scratch, data, count, "0")
            section.add(f"render by one of {label} aliases, resolved each time", answered[label], "requests/s")
            section.add(f"render by one of {label} aliases, peak memory of the server", peak, "MiB")
        first, last = list(COUNTS)[0], list(COUNTS)[-1]
        section.ratio(f"look-up time, {last}", looked_up[last] / looked_up[first], f"that of {first}", "under 1.3×",
                      less_is_better=True)
        section.ratio(f"render time, {last}", answered[first] / answered[last], f"that of {first}", "under 1.3×",
                      less_is_better=True)
        rate, _ = over_http(scratch, data, COUNTS[first], str(64 << 20))
        section.add(f"render by one of {first} aliases, answers kept by the event loops", rate, "requests/s")


def run(section: Section, scratch: Path) -> None:
    measure_moves(section, scratch)
    measure_resolving(section)
