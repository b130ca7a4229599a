"""How it goes on: cached renders with more and more clients and URLs, renders by alias with more and more aliases, and renders of
larger and larger photos, by more and more processors. For bench/plot."""

import contextlib
import os
import statistics
from pathlib import Path

from harness import effort, machine, paths, peers, photo
from harness.hits import Served, rounds_of
from harness.report import Curve, Section
from harness.rucola import Rucola, serving
from workloads import alias, cold, hit

CLIENTS = effort.chosen([1, 4, 16, 64, 256, 1000], quick=[1, 4])
SECONDS = effort.chosen(2, quick=1)
URLS = effort.chosen(
    [hit.Set(1, range(400, 401), range(80, 81)), hit.Set(1, range(400, 410), range(80, 90)),
     hit.Set(1, range(100, 150), range(70, 90)), hit.Set(2, range(50, 150), range(40, 90)),
     hit.Set(8, range(50, 300), range(40, 90))],
    quick=[hit.Set(1, range(400, 401), range(80, 81))],
)  # fmt: skip
WIDTHS = effort.chosen([600, 1_500, 2_725, 4_000, 6_000, 8_660], quick=[600])
RENDER_SECONDS = 4
ALIASES = effort.chosen([1_000, 10_000, 100_000, 1_000_000], quick=[100])


def hits_by_clients(section: Section, server: Rucola, nginx: tuple[str, int], files: Path) -> None:
    image = server.upload(photo.six_megapixels())
    path = hit.path_of_size(server, image, hit.SIZES["22 KB"])
    (files / "clients.jpg").write_bytes(hit.fetch(server.url(path)))
    these = {
        "rucola": Served(server.url(path), server.process.pid),
        "nginx": Served(f"{nginx[0]}/clients.jpg", nginx[1]),
    }
    rates: dict[str, list[float]] = {name: [] for name in these}
    late: dict[str, list[float]] = {name: [] for name in these}
    for clients in CLIENTS:
        loads = {name: [] for name in these}
        for names in rounds_of(these):
            for name in names:
                loads[name].append(these[name].load(SECONDS, clients))
        for name in these:
            rates[name].append(statistics.median(load.requests_per_second for load in loads[name]))
            late[name].append(statistics.median(load.p99_ms for load in loads[name]))
    title = "Cached renders of 22 KB"
    section.curve(Curve("hits-by-clients", title, "clients", "requests a second", CLIENTS, rates))
    section.curve(Curve("latency-by-clients", title, "clients", "99th percentile in ms", CLIENTS, late))


def hits_by_urls(section: Section, server: Rucola, nginx: tuple[str, int], files: Path, scratch: Path) -> None:
    rates: dict[str, list[float]] = {"rucola": [], "nginx": []}
    for wanted in URLS:
        these, _ = hit.served_set(server, nginx, files, scratch, wanted)
        samples = {name: [] for name in these}
        for names in rounds_of(these):
            for name in names:
                samples[name].append(these[name].load(SECONDS).requests_per_second)
        for name in these:
            rates[name].append(statistics.median(samples[name]))
    counts = [len(wanted) for wanted in URLS]
    section.curve(Curve("hits-by-urls", "Cached renders, in random order", "URLs", "requests a second", counts, rates))


def renders_by_megapixels(section: Section, server: Rucola) -> None:
    rates: dict[str, list[float]] = {"rucola": [], "libvips in-process": []}
    megapixels = []
    for width in WIDTHS:
        height = width * 2 // 3
        source = photo.made(f"photo-{width}x{height}.jpg", width, height)
        megapixels.append(round(width * height / 1e6, 2))
        image = server.upload(source)
        jobs = cold.job_lists("jpg")[0]
        first = cold.in_process(source, jobs[: 2 * machine.cores()])
        count = max(2 * machine.cores(), min(len(jobs), round(first["jobs"] / first["seconds"] * RENDER_SECONDS)))
        samples = {name: [] for name in rates}
        for jobs in cold.job_lists("jpg"):
            samples["rucola"].append(count / cold.through_http(server, image, jobs[:count]))
            direct = cold.in_process(source, jobs[:count])
            samples["libvips in-process"].append(direct["jobs"] / direct["seconds"])
        for name in rates:
            rates[name].append(statistics.median(samples[name]))
    section.curve(
        Curve("renders-by-megapixels", "JPEG to about 720 pixels", "megapixels", "renders a second", megapixels, rates)
    )


def renders_by_cores(section: Section, scratch: Path) -> None:
    """The server, its workers and libvips may use some of the processors; who asks takes next to nothing."""
    source = photo.six_megapixels()
    usable = sorted(os.sched_getaffinity(0))
    cores = list(range(1, len(usable) + 1))
    rates: list[float] = []
    for count in cores:
        folder = scratch / f"cores-{count}"
        folder.mkdir()
        under = ["taskset", "-c", ",".join(map(str, usable[:count]))]
        with serving(folder, {"RUCOLA_RENDER_WORKERS": str(count)}, under=under) as server:
            image = server.upload(source)
            rates.append(statistics.median(len(jobs) / cold.through_http(server, image, jobs) for jobs in cold.job_lists("jpg")))
    section.curve(
        Curve("renders-by-cores", "JPEG of 6 megapixels to about 720 pixels", "processors", "renders a second", cores,
              {"rucola": rates})
    )  # fmt: skip


def renders_by_aliases(section: Section) -> None:
    """Each with the alias looked up in the catalog; nothing is kept hot."""
    rates: list[float] = []
    look_ups: list[float] = []
    with paths.scratch("aliases", paths.memory_backed()) as scratch:
        data = scratch / "data"
        with serving(scratch, data=data) as server:
            image = server.upload(photo.small(1))
        filled = 0
        for count in ALIASES:
            alias.fill(data, image, filled, count)
            filled = count
            look_ups.append(alias.micro(data, count)["1"] / 1000)
            rates.append(statistics.median(alias.over_http(scratch, data, count, "0")[0] for _ in range(cold.ROUNDS)))
    section.curve(
        Curve("renders-by-aliases", "Cached renders by alias, in random order", "aliases", "requests a second", ALIASES,
              {"rucola, none kept hot": rates})
    )  # fmt: skip
    section.curve(
        Curve("look-ups-by-aliases", "An alias looked up in the catalog", "aliases", "µs", ALIASES, {"rucola": look_ups})
    )


def run(section: Section, scratch: Path) -> None:
    with contextlib.ExitStack() as stack:
        memory = stack.enter_context(paths.scratch("curves", paths.memory_backed()))
        files = memory / "files"
        files.mkdir()
        port, pid = stack.enter_context(peers.nginx(scratch, files))
        nginx = (f"http://127.0.0.1:{port}", pid)
        server = stack.enter_context(serving(memory, hit.SET_SETTINGS))
        hits_by_clients(section, server, nginx, files)
        hits_by_urls(section, server, nginx, files, scratch)
        renders_by_megapixels(section, server)
    renders_by_cores(section, scratch)
    renders_by_aliases(section)
