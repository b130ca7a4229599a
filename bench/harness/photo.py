"""The input pictures: made here, never committed, the same on every machine with the same libvips."""

import os
import subprocess
from pathlib import Path

from . import effort, paths


def made(name: str, *size: int) -> Path:
    return made_by("make_photo", name, "", *map(str, size))


def made_by(program: str, name: str, options: str, *arguments: str, kind: tuple[str, ...] = ()) -> Path:
    """What a program of bench/programs makes once; `options` are libvips' for the format, as in "[Q=88]"."""
    paths.INPUTS.mkdir(parents=True, exist_ok=True)
    file = paths.INPUTS / name
    if not file.exists():
        unfinished = file.with_name("unfinished-" + name)
        subprocess.run([paths.program(program), *kind, f"{unfinished}{options}", *arguments], check=True)
        unfinished.rename(file)
    return file


def six_megapixels() -> Path:
    own = os.environ.get("BENCH_PHOTO")
    return Path(own) if own else made("photo-2725x2225.jpg", 2725, 2225)


def fifty_megapixels() -> Path:
    width, height = effort.chosen((8_660, 5_774), quick=(2_725, 2_225))
    return made(f"photo-{width}x{height}.jpg", width, height)


HUNDRED_MEGAPIXELS = effort.chosen((12_000, 8_400), quick=(6_000, 4_200))


def hundred_megapixels() -> Path:
    width, height = HUNDRED_MEGAPIXELS
    return made(f"photo-{width}x{height}.jpg", width, height)


def small(number: int) -> Path:
    return made(f"photo-{600 + number}x400.jpg", 600 + number, 400)
