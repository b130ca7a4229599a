"""Management calls of one organization, and /healthz, while another organization's lowest role uploads from servers that
never answer, and uploads decompression bombs."""

import json
import statistics
from collections import Counter
from pathlib import Path

from harness import calls, effort, photo, strangers
from harness.beside import beside
from harness.calls import Call, Times
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

UPLOADS = effort.chosen(64, quick=8)
BOMBS = effort.chosen(64, quick=8)
BOMB_SIDE = effort.chosen(15_000, quick=3_000)
ROUNDS = effort.chosen(3, quick=1)
SECONDS = effort.chosen(10, quick=2)
PER_SECOND = 20  # calls of each kind

# The silent server is on the loopback, where a server fetches nothing otherwise.
SETTINGS = {"RUCOLA_REMOTE_FETCH_ALLOW_NETWORKS": "127.0.0.0/8"}


def calls_of(server: Rucola, images: list[str]) -> list[Call]:
    key = {"Api-Key": server.key}
    alias = f"/sourceimages/{ORGANIZATION}/alias/logo"
    moves = tuple(json.dumps({"hash": image}).encode() for image in images)
    stack = json.dumps({"operations": [{"name": "resize", "options": {"width": 100}}]}).encode()
    return [
        Call("move an alias", "PUT", f"{alias}?overwrite=true", key, moves),
        Call("read an alias", "GET", alias, key),
        Call("list images", "GET", f"/sourceimages/{ORGANIZATION}", key),
        Call("write a stack", "PUT", f"/stacks/{ORGANIZATION}/thumb?overwrite=true", key, (stack,)),
        Call("read the stacks", "GET", f"/stacks/{ORGANIZATION}", key),
        Call("/healthz", "GET", "/healthz"),
    ]


class Samples:
    """p50 and p99 of each round, and all refusals."""

    def __init__(self) -> None:
        self.median: list[float] = []
        self.slowest: list[float] = []
        self.refused: Counter = Counter()

    def add(self, times: list[Times]) -> None:
        together = Times([value for each in times for value in each.milliseconds])
        self.median.append(together.percentile(50))
        self.slowest.append(together.percentile(99))
        for each in times:
            self.refused.update(each.refused)


def groups(times: dict[str, Times]) -> dict[str, list[Times]]:
    return {
        "management calls": [each for name, each in times.items() if name != "/healthz"],
        "/healthz": [times["/healthz"]],
    }


def report(section: Section, quiet: dict[str, Samples], attacked: dict[str, Samples]) -> None:
    targets = {"management calls": "under 50 ms", "/healthz": "under 5 ms"}
    for name, samples in attacked.items():
        for percent, values, before in (
            ("p50", samples.median, quiet[name].median),
            ("p99", samples.slowest, quiet[name].slowest),
        ):
            section.add(f"{name}, nobody else there, {percent}", before, "ms")
            target = targets[name] if percent == "p99" else ""
            section.add(f"{name}, strangers there, {percent}", values, "ms", target=target)
            section.ratio(f"{name}, strangers there, {percent}", statistics.median(values) / statistics.median(before),
                          "that without them", less_is_better=True)
        section.add(f"{name}, strangers there, refused", float(samples.refused.total()), "calls", target="0")


def report_strangers(section: Section, answered: dict[str, Counter]) -> None:
    for kind, name in (("silent", "uploads from silent servers"), ("bomb", "bombs")):
        for status, number in sorted(answered[kind].items(), key=str):
            section.add(f"{name}, {status}", float(number), "answers" if status != "cut off" else "at the end")


def run(section: Section, scratch: Path) -> None:
    with serving(scratch, SETTINGS) as server:
        images = [server.upload(photo.small(1)), server.upload(photo.small(2))]
        server.point("logo", images[0])
        attacker = server.of("strangers", role="upload")
        wanted = calls_of(server, images)
        quiet = {name: Samples() for name in ("management calls", "/healthz")}
        attacked = {name: Samples() for name in quiet}
        answered = {"silent": Counter(), "bomb": Counter()}
        for _ in range(ROUNDS):
            for name, times in groups(calls.timed(server.port, wanted, SECONDS, PER_SECOND)).items():
                quiet[name].add(times)
            with beside(strangers.keep_uploading, attacker, UPLOADS, BOMBS, BOMB_SIDE) as uploads:
                for name, times in groups(calls.timed(server.port, wanted, SECONDS, PER_SECOND)).items():
                    attacked[name].add(times)
            for kind, counted in uploads.value.items():
                answered[kind].update(counted)
        report(section, quiet, attacked)
        report_strangers(section, answered)
