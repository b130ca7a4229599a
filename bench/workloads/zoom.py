"""Tiles of a 100-megapixel image over IIIF, none of them cached: out of the pyramid, against out of the source."""

import concurrent.futures
import random
import statistics
import time
from pathlib import Path

from harness import effort, photo, usage
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

ROUNDS = effort.chosen(3, quick=1)
TILE = 512
FACTORS = (1, 2, 4)
TILES_A_ROUND = effort.chosen(6, quick=2)
SCREEN = 12  # tiles of 512 pixels: 2048 x 1536
CONNECTIONS = 6  # as browsers have to one server
NO_PYRAMID = {"RUCOLA_RENDER_PYRAMID_FROM_PIXELS": str(10**12)}

Place = tuple[int, int, int]  # factor, column, row


def tile_path(image: str, place: Place) -> str:
    factor, column, row = place
    side = TILE * factor
    region = f"{column * side},{row * side},{side},{side}"
    return f"/render/{ORGANIZATION}/_iiif/{image}/{region}/{TILE},{TILE}/0/default.jpg"


def places(factor: int) -> list[Place]:
    """Whole tiles, shuffled always in the same way."""
    columns, rows = (length // (TILE * factor) for length in photo.HUNDRED_MEGAPIXELS)
    found = [(factor, column, row) for column in range(columns) for row in range(rows)]
    random.Random(factor).shuffle(found)
    return found


def milliseconds(server: Rucola, path: str) -> float:
    began = time.monotonic()
    server.call("GET", path)
    return (time.monotonic() - began) * 1000


def screenful(server: Rucola, image: str, wanted: list[Place]) -> float:
    """Milliseconds until the last of the tiles that are seen together has come."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as clients:
        list(clients.map(lambda place: server.call("GET", tile_path(image, place)), wanted))
    return (time.monotonic() - began) * 1000


def compare(section: Section, what: str, with_it: list[float], without: list[float]) -> None:
    section.add(f"{what}, from the pyramid", with_it, "ms")
    section.add(f"{what}, from the source", without, "ms")
    section.ratio(what, statistics.median(without) / statistics.median(with_it), "faster from the pyramid")


def run(section: Section, scratch: Path) -> None:
    source = photo.hundred_megapixels()
    folders = [scratch / "with", scratch / "without"]
    for folder in folders:
        folder.mkdir()
    with serving(folders[0]) as zooming, serving(folders[1], NO_PYRAMID) as plain:
        servers = [zooming, plain]
        images = [server.upload(source) for server in servers]
        for server, image, name in zip(servers, images, ("and with it the overview", "from the source"), strict=True):
            overview = f"/render/{ORGANIZATION}/_iiif/{image}/full/375,/0/default.jpg"
            section.add(f"the first picture, 375 px of all of it, {name}", milliseconds(server, overview), "ms")
        wanted = tile_path(images[0], places(1)[-1])
        section.add("the first tile at 1:1, and with it the pyramid", milliseconds(zooming, wanted), "ms")
        for factor in FACTORS:
            waiting = places(factor)[:-1]
            times: list[list[float]] = [[], []]
            for round_ in range(ROUNDS):
                wanted = [waiting.pop() for _ in range(min(TILES_A_ROUND, len(waiting)))]
                for i in (0, 1) if round_ % 2 == 0 else (1, 0):
                    times[i] += [milliseconds(servers[i], tile_path(images[i], place)) for place in wanted]
            compare(section, f"a tile at 1:{factor}", *times)
        waiting = places(1)
        times = [[], []]
        for round_ in range(ROUNDS):
            wanted = [waiting.pop(0) for _ in range(SCREEN)]
            for i in (0, 1) if round_ % 2 == 0 else (1, 0):
                times[i].append(screenful(servers[i], images[i], wanted))
        compare(section, f"{SCREEN} tiles at 1:1, {CONNECTIONS} at a time", *times)
        section.add("peak memory of the server", usage.peak(zooming.process.pid), "MiB")
        workers = usage.descendants(zooming.process.pid)
        section.add("peak memory of a worker", max(usage.peak(pid) for pid in workers), "MiB")
