"""Cached renders of about 22 KB and 100 KB, and 2,000 different ones of 24 KB in random order, keep-alive, against nginx and
Varnish serving the same bytes."""

import contextlib
import statistics
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from harness import effort, peers, photo, usage
from harness.load import Load, wrk
from harness.report import Section
from harness.rucola import Rucola, serving

SIZES = {"22 KB": 22_000, "100 KB": 100_000}
ROUNDS = effort.chosen(5, quick=1)
SECONDS = effort.chosen(2, quick=1)
CONNECTIONS = 64

# Together they nearly fill the memory that the usual settings give hot answers.
MANY_WIDTHS = effort.chosen(range(400, 600), quick=range(400, 410))
MANY_QUALITIES = effort.chosen(range(80, 90), quick=range(80, 82))


@dataclass
class Peer:
    url: str
    pid: int
    paths: Path | None = None  # of what is asked for in random order, instead of the URL

    def load(self, seconds: int) -> Load:
        if self.paths is None:
            return wrk(self.url, CONNECTIONS, seconds)
        return wrk(self.url, CONNECTIONS, seconds, "random_path.lua", [str(self.paths)])


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def path_of_size(server: Rucola, image: str, wanted: int) -> str:
    """A render whose body is as near to the wanted size as a width in whole pixels allows."""
    low, high = 50, 2500
    while low < high:
        middle = (low + high) // 2
        if len(fetch(server.url(render_path(server, image, middle)))) < wanted:
            low = middle + 1
        else:
            high = middle
    return render_path(server, image, low)


def render_path(server: Rucola, image: str, width: int) -> str:
    return server.render_path(f"dynamic/resize-width-{width}", f"{image}.jpg")


def processor_microseconds(peer: Peer) -> tuple[float, float]:
    """Requests a second, and what each cost the server on a processor."""
    before = usage.processor_seconds(peer.pid)
    load = peer.load(SECONDS)
    return load.requests_per_second, (usage.processor_seconds(peer.pid) - before) / load.requests * 1e6


def measure(section: Section, label: str, these: dict[str, Peer], targets: dict[str, str]) -> None:
    rates: dict[str, list[float]] = {name: [] for name in these}
    costs: dict[str, list[float]] = {name: [] for name in these}
    for peer in these.values():
        peer.load(1)
    for round_number in range(ROUNDS):
        # Each round begins with another one, so that none always runs on the warmer or the cooler machine.
        order = list(these)[round_number % len(these) :] + list(these)[: round_number % len(these)]
        for name in order:
            rate, cost = processor_microseconds(these[name])
            rates[name].append(rate)
            costs[name].append(cost)
    for name in these:
        section.add(f"{label}, {name}", rates[name], "requests/s")
        section.add(f"{label}, {name}, processor time", costs[name], "µs a request")
    rate = {name: statistics.median(samples) for name, samples in rates.items()}
    cost = {name: statistics.median(samples) for name, samples in costs.items()}
    for name, target in targets.items():
        section.ratio(f"{label}, rucola", rate["rucola"] / rate[name], name, target)
        section.ratio(f"{label}, processor time of {name}", cost[name] / cost["rucola"], "that of rucola")


def many_renders(section: Section, server: Rucola, files: Path) -> tuple[list[str], list[str]]:
    """Their paths on rucola and on nginx."""
    image = server.upload(photo.small(0))
    ours, theirs, total = [], [], 0
    for width in MANY_WIDTHS:
        for quality in MANY_QUALITIES:
            path = server.render_path(f"dynamic/resize-width-{width}--options-jpg.quality-{quality}", f"{image}.jpg")
            body = fetch(server.url(path))
            (files / f"{width}-{quality}.jpg").write_bytes(body)
            ours.append(path)
            theirs.append(f"/{width}-{quality}.jpg")
            total += len(body)
    section.add(f"{len(ours):,} URLs, all bodies", total / 1e6, "MB")
    return ours, theirs


def run(section: Section, scratch: Path) -> None:
    files = scratch / "files"
    files.mkdir()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(scratch))
        nginx_port, nginx = stack.enter_context(peers.nginx(scratch, files))
        varnish_port, varnish = stack.enter_context(peers.varnish(scratch, peers.plain_vcl(nginx_port), "/up.jpg"))
        places = {
            "rucola": (server.url(""), server.process.pid),
            "nginx": (f"http://127.0.0.1:{nginx_port}", nginx),
            "Varnish": (f"http://127.0.0.1:{varnish_port}", varnish),
        }
        image = server.upload(photo.six_megapixels())
        for label, size in SIZES.items():
            path = path_of_size(server, image, size)
            body = fetch(server.url(path))
            name = f"{size}.jpg"
            (files / name).write_bytes(body)
            these = {
                peer: Peer(base + (path if peer == "rucola" else f"/{name}"), pid) for peer, (base, pid) in places.items()
            }
            for peer in these.values():
                if fetch(peer.url) != body:
                    raise RuntimeError(f"{peer.url} serves other bytes")
            section.add(f"{label}, the body", float(len(body)), "bytes")
            measure(section, label, these, {"nginx": "1.2×", "Varnish": "1.4×"})
        ours, theirs = many_renders(section, server, files)
        lists = {"rucola": scratch / "rucola.paths", "nginx": scratch / "nginx.paths"}
        lists["rucola"].write_text("\n".join(ours), encoding="utf-8")
        lists["nginx"].write_text("\n".join(theirs), encoding="utf-8")
        these = {name: Peer(f"{places[name][0]}/", places[name][1], paths) for name, paths in lists.items()}
        measure(section, f"{len(ours):,} URLs", these, {"nginx": "1.2×"})
        section.add("peak memory of the server", usage.peak(server.process.pid), "MiB")
