"""What is rendered of which picture, and how the jobs of one such cell differ from each other."""

import itertools
import os
import random
from dataclasses import dataclass

from . import effort
from .pictures import Picture

OUTPUTS = ("jpg", "webp", "avif", "png")
WIDTHS = (200, 720, 1920)
SPREAD = 0.05  # of the widths of a cell, to both sides
QUALITIES = {"jpg": 80, "webp": 80, "avif": 45, "png": 80}  # in the middle; PNG has none, and only rucola makes use of it
QUALITY_SPREAD = 9  # stays under 90, from where on JPEG has more colour

# What is measured by default: of each picture what it is mostly asked for, and of a photo of 6 megapixels more.
USUAL = [
    ("jpg-6mp", "jpg", 720), ("jpg-6mp", "jpg", 200), ("jpg-6mp", "jpg", 1920), ("jpg-6mp", "webp", 720),
    ("jpg-6mp", "avif", 720), ("jpg-0.3mp", "webp", 200), ("jpg-6mp-progressive", "jpg", 720), ("jpg-12mp", "jpg", 200),
    ("jpg-12mp-phone", "jpg", 720), ("jpg-24mp", "jpg", 720), ("jpg-50mp", "jpg", 200), ("png-photo", "webp", 720),
    ("png-logo", "png", 720), ("png-screenshot", "png", 720), ("webp-4mp", "webp", 720), ("avif-4mp", "jpg", 720),
    ("gif-screenshot", "png", 200), ("tiff-6mp", "jpg", 720),
]  # fmt: skip
QUICK = [("jpg-small", "jpg", 200), ("jpg-small", "webp", 200), ("png-small-logo", "png", 200)]


@dataclass(frozen=True)
class Job:
    output: str
    width: int
    quality: int


@dataclass(frozen=True)
class Cell:
    picture: Picture
    output: str
    width: int

    @property
    def name(self) -> str:
        return f"{self.picture.name} → {self.output} {self.width}"

    def typical(self) -> Job:
        """None of the jobs that are measured."""
        return Job(self.output, self.width, QUALITIES[self.output])

    def jobs(self) -> list[Job]:
        """Distinct renders, so that no cache has one, and on average as much work as the typical one."""
        spread = round(self.width * SPREAD)
        widths = range(self.width - spread, min(self.width + spread, self.picture.width) + 1)
        middle = QUALITIES[self.output]
        qualities = range(middle - QUALITY_SPREAD, middle + QUALITY_SPREAD + 1)
        made = [Job(self.output, *pair) for pair in itertools.product(widths, qualities) if pair != (self.width, middle)]
        random.Random(80).shuffle(made)
        return made


def wanted(names: list[str]) -> list[tuple[str, str, int]]:
    """Of the pictures with these names. BENCH_PEERS=all takes everything; it may also name parts of it, with commas between:
    jpg-6mp, jpg-6mp/webp, jpg-6mp/webp/720."""
    chosen = os.environ.get("BENCH_PEERS", "")
    everything = list(itertools.product(names, OUTPUTS, WIDTHS))
    if not chosen and "BENCH_PHOTOS" not in os.environ:
        return effort.chosen(USUAL, quick=QUICK)
    if not chosen:
        return [(name, output, 720) for name in names for output in ("jpg", "webp")]
    if chosen == "all":
        return everything
    found = []
    for part in chosen.split(","):
        of_part = [cell for cell in everything if "/".join(map(str, cell)).startswith(part + "/") or
                   "/".join(map(str, cell)) == part]
        if not of_part:
            raise SystemExit(f"BENCH_PEERS: there is nothing called {part!r}; pictures are {', '.join(names)}, "
                             f"outputs {', '.join(OUTPUTS)}, widths {', '.join(map(str, WIDTHS))}")
        found += of_part
    return found
