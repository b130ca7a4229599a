"""A page of a search among a thousand and a million source images, for what people and clients ask most."""

import json
import random
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from harness import effort, paths
from harness.report import Section
from harness.rucola import ORGANIZATION, Rucola, serving

COUNTS = effort.chosen({"1 k": 1_000, "1 M": 1_000_000}, quick={"200": 200, "1 k": 1_000})
ROUNDS = effort.chosen(15, quick=2)
SUBJECTS = ["sunset", "lake", "mountain", "chair", "table", "portrait", "forest", "river"]


def encoded(**fields: object) -> str:
    return "&".join(f"{quote(name.replace('__', ':'))}={quote(str(value))}" for name, value in fields.items())


class Asker:
    """Queries with other values each time, so that none is answered because it was asked before."""

    def __init__(self, server: Rucola, count: int) -> None:
        self.server = server
        self.count = count
        self.random = random.Random(11)

    def page(self, query: str) -> dict:
        return json.loads(self.server.call("GET", f"/sourceimages/{ORGANIZATION}?{query}"))

    def a_number(self) -> int:
        return self.random.randrange(self.count)

    def binary_hash(self) -> str:
        return self.page(f"limit=1&offset={self.random.randrange(min(self.count, 1000))}")["items"][0]["binary_hash"]

    def cursor_at(self, part: float) -> str:
        oldest = 1_600_000_000
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(oldest + int(self.count * part) * 60))
        return self.page(encoded(created=f"['{at}',}}", sort="created", limit=1))["cursor"]

    def queries(self) -> dict[str, str]:
        smallest = self.random.randrange(8_000_000)
        begin = 1_600_000_000 + self.random.randrange(max(1, self.count - 43_200)) * 60
        month = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) for at in (begin, begin + 30 * 86_400)]
        subject = self.random.choice(SUBJECTS)
        label = f"label {self.random.randrange(200)}"
        return {
            "newest": "",
            "a page in the midst, by cursor": encoded(sort="created", offset=self.cursor_at(self.random.random())),
            "by the file's hash": encoded(binaryHash=self.binary_hash()),
            "beginning of a name": encoded(name=f"{subject}_IMG_{self.random.randrange(10, 100)}*"),
            "words of a name": encoded(name_text=f"{subject} {self.a_number()}"),
            "one user field, one image": encoded(user__str__external_id=f"p-{self.a_number()}"),
            "one user field, one in a thousand": encoded(user__str__city=f"city {self.random.randrange(1000)}"),
            "a range of sizes, largest first": encoded(size=f"[{smallest},{smallest + 1_000_000}]", sort="size desc"),
            "of a month": encoded(created=f"['{month[0]}','{month[1]}']"),
            "one format in five, newest": encoded(format="png"),
            "by a user field's numbers": encoded(sort="user:int:position desc"),
            "one label of 200, newest": encoded(user__array__labels=label),
            "how many have each label": encoded(facets="user:array:labels", limit=0),
            "labels of one in a thousand": encoded(user__str__city=f"city {self.random.randrange(1000)}", facets="user:array:labels"),
            "a format and a width": encoded(format="png", width=f"[{1000},{1100}]"),
            "a width and a height": encoded(width="[1000,1100]", height="[1000,1080]"),
            "a wide range, by format": encoded(width="[1000,]", sort="format desc"),
            "a mimetype, newest": encoded(mimetype="image/png"),
            "locked ones": encoded(locked="true"),
        }


def milliseconds(asker: Asker, query: str) -> float:
    began = time.perf_counter()
    asker.page(query)
    return (time.perf_counter() - began) * 1000


def measured(asker: Asker) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, query in asker.queries().items():
            times.setdefault(name, []).append(milliseconds(asker, query))
    return times


def fill(data: Path, first: int, count: int) -> float:
    began = time.monotonic()
    subprocess.run([paths.program("fill_images"), str(data), ORGANIZATION, str(first), str(count)], check=True)
    return time.monotonic() - began


def run(section: Section, scratch: Path) -> None:
    with paths.scratch("images", paths.memory_backed()) as folder:
        data = folder / "data"
        with serving(scratch, data=data):
            pass  # makes the organization
        filled = 0
        for label, count in COUNTS.items():
            took = fill(data, filled, count)
            section.add(f"adding an image to a catalog of {label}", took / (count - filled) * 1e6, "µs")
            section.add(f"catalog of {label}, per image", (data / "catalog.sqlite").stat().st_size / count, "bytes")
            filled = count
            with serving(scratch, data=data) as server:
                times = measured(Asker(server, count))
            for name, samples in times.items():
                section.add(f"{name}, {label}", samples, "ms", target="under 50" if label == list(COUNTS)[-1] else "")
