"""Cached renders, keep-alive, against nginx and Varnish serving the same bytes: one URL of 22 KB, 100 KB and 1 MB, by hash and by
alias, and 304; and 2,000 and 100,000 different ones in random order."""

import contextlib
import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness import effort, paths, peers, photo, processes, usage
from harness.hits import Served, entity_tag, fetch, measure
from harness.report import Section
from harness.rucola import Rucola, serving

LIMIT = "the limit"
TARGETS = {"nginx": "1.2×", "Varnish": "1.4×", LIMIT: ""}
NOT_MODIFIED_TARGETS = {"nginx": "1.0×", "Varnish": "", LIMIT: ""}
SET_TARGETS = {"nginx": "1.0×"}


@dataclass
class Size:
    bytes: int
    quality: int


SIZES = {"22 KB": Size(22_000, 80), "100 KB": Size(100_000, 80), "1 MB": Size(1_000_000, 95)}


@dataclass
class Set:
    """Different renders: all widths in all qualities of so many photos."""

    photos: int
    widths: range
    qualities: range

    def __len__(self) -> int:
        return self.photos * len(self.widths) * len(self.qualities)


SETS = effort.chosen(
    [Set(1, range(400, 600), range(80, 90)), Set(8, range(50, 300), range(40, 90))],
    quick=[Set(1, range(400, 410), range(80, 82)), Set(2, range(50, 55), range(40, 42))],
)
FILLERS = 8
# Room for all of them, heads included.
SET_SETTINGS = {"RUCOLA_DELIVERY_HOT_BYTES": "4GiB", "RUCOLA_CACHE_MEMORY_BYTES": "0"}


def render_path(server: Rucola, image: str, width: int, quality: int) -> str:
    return server.render_path(f"dynamic/resize-width-{width}--options-jpg.quality-{quality}", f"{image}.jpg")


def path_of_size(server: Rucola, image: str, wanted: Size) -> str:
    """A render whose body is as near to the wanted size as a width in whole pixels allows."""
    low, high = 50, 2700
    while low < high:
        middle = (low + high) // 2
        if len(fetch(server.url(render_path(server, image, middle, wanted.quality)))) < wanted.bytes:
            low = middle + 1
        else:
            high = middle
    return render_path(server, image, low, wanted.quality)


@dataclass
class Places:
    """Where each serves from, and the folder that nginx does."""

    server: Rucola
    nginx: tuple[str, int]
    varnish: tuple[str, int]
    files: Path

    def serving(self, path: str, name: str) -> dict[str, Served]:
        """The same bytes by each, compared."""
        body = fetch(self.server.url(path))
        (self.files / name).write_bytes(body)
        these = {
            "rucola": Served(self.server.url(path), self.server.process.pid),
            "nginx": Served(f"{self.nginx[0]}/{name}", self.nginx[1]),
            "Varnish": Served(f"{self.varnish[0]}/{name}", self.varnish[1]),
        }
        for served in these.values():
            if fetch(served.url) != body:
                raise RuntimeError(f"{served.url} serves other bytes")
        return these


@contextlib.contextmanager
def limit(file: Path, *answer: str):
    """What answers without looking at what it was asked."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}/"
    log = file.with_suffix(".log")
    with processes.running([paths.program("answer_same"), str(port), str(file), *answer], log) as process:
        processes.wait_for(url, process, log, status=304 if answer else 200)
        yield Served(url, process.pid)


def one_url(section: Section, places: Places) -> None:
    image = places.server.upload(photo.six_megapixels())
    places.server.point("hit", image)
    for label, size in SIZES.items():
        path = path_of_size(places.server, image, size)
        these = places.serving(path, f"{size.bytes}.jpg")
        section.add(f"{label}, the body", float(len(fetch(these["rucola"].url))), "bytes")
        with limit(places.files / f"{size.bytes}.jpg") as least:
            measure(section, label, {**these, LIMIT: least}, TARGETS)
        if size is SIZES["22 KB"]:
            measure_by_alias_and_304(section, label, places, path.replace(image, "-_hit_-"), these)


def measure_by_alias_and_304(
    section: Section, label: str, places: Places, path: str, by_hash: dict[str, Served]
) -> None:
    by_alias = places.serving(path, "alias.jpg")
    with limit(places.files / "alias.jpg") as least:
        measure(section, f"{label} by alias", {**by_alias, LIMIT: least}, TARGETS)
    for served in by_hash.values():
        served.headers = {"If-None-Match": entity_tag(served.url)}
    with limit(places.files / "alias.jpg", "not-modified") as least:
        measure(section, "304", {**by_hash, LIMIT: least}, NOT_MODIFIED_TARGETS)


def fetch_all(base: str, urls: list[str], keep: Callable[[str, bytes], None] = lambda path, body: None) -> int:
    """One after the other on one connection; how many bytes they have."""
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=120)
    total = 0
    for path in urls:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{base}{path}: {answer.status} {body[:300]!r}")
        keep(path, body)
        total += len(body)
    connection.close()
    return total


def fill(server: Rucola, files: Path, wanted: Set) -> tuple[list[str], list[str], int]:
    """Renders all of a set; their paths on rucola and on nginx, and how many bytes they have."""
    names = {}  # by their paths on rucola
    for number in range(wanted.photos):
        image = server.upload(photo.small(number))
        for width in wanted.widths:
            for quality in wanted.qualities:
                names[render_path(server, image, width, quality)] = f"{len(wanted)}-{number}-{width}-{quality}.jpg"
    urls = list(names)

    def part(first: int) -> int:
        return fetch_all(server.url(""), urls[first::FILLERS], lambda path, body: (files / names[path]).write_bytes(body))

    with ThreadPoolExecutor(FILLERS) as pool:
        total = sum(pool.map(part, range(FILLERS)))
    return urls, [f"/{name}" for name in names.values()], total


def served_set(
    server: Rucola, nginx: tuple[str, int], files: Path, scratch: Path, wanted: Set
) -> tuple[dict[str, Served], int]:
    """A set by both, each of its URLs visited once; and how many bytes it has."""
    ours, theirs, total = fill(server, files, wanted)
    places = {"rucola": (server.url(""), server.process.pid, ours), "nginx": (*nginx, theirs)}
    these = {}
    for name, (base, pid, urls) in places.items():
        fetch_all(base, urls)  # so that none is asked for the first time when it is measured
        list_of_paths = scratch / f"{name}.paths"
        list_of_paths.write_text("\n".join(urls), encoding="utf-8")
        these[name] = Served(f"{base}/", pid, list_of_paths)
    return these, total


def many_urls(section: Section, server: Rucola, nginx: tuple[str, int], files: Path, scratch: Path) -> None:
    for wanted in SETS:
        these, total = served_set(server, nginx, files, scratch, wanted)
        section.add(f"{len(wanted):,} URLs, all bodies", total / 1e6, "MB")
        measure(section, f"{len(wanted):,} URLs", these, SET_TARGETS)


def run(section: Section, scratch: Path) -> None:
    with contextlib.ExitStack() as stack:
        # A hundred thousand files are not what is measured: they lie in memory.
        memory = stack.enter_context(paths.scratch("hit", paths.memory_backed()))
        files = memory / "files"
        files.mkdir()
        nginx_port, nginx = stack.enter_context(peers.nginx(scratch, files))
        varnish_port, varnish = stack.enter_context(peers.varnish(scratch, peers.plain_vcl(nginx_port), "/up.jpg"))
        nginx_place = (f"http://127.0.0.1:{nginx_port}", nginx)
        with serving(scratch) as server:
            one_url(section, Places(server, nginx_place, (f"http://127.0.0.1:{varnish_port}", varnish), files))
            section.add("peak memory of the server", usage.peak(server.process.pid), "MiB")
        with serving(memory, SET_SETTINGS) as server:
            many_urls(section, server, nginx_place, files, scratch)
            section.add("peak memory of the server with all of these", usage.peak(server.process.pid), "MiB")
