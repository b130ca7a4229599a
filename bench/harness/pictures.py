"""The pictures that are rendered by all peers: made here, or a folder of real ones."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import effort, photo

SUFFIXES = {".jpg": "jpg", ".jpeg": "jpg", ".png": "png", ".webp": "webp", ".avif": "avif", ".gif": "gif", ".tif": "tiff",
            ".tiff": "tiff"}


@dataclass(frozen=True)
class Picture:
    name: str
    file: Path
    width: int  # both as it is seen: EXIF's orientation is followed
    height: int
    swapped: bool  # whether the file has them the other way round
    has_alpha: bool
    has_profile: bool
    camera: bool  # a JPEG of 6 megapixels and more: what cameras make

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


def header(file: Path) -> dict[str, str]:
    done = subprocess.run(["vipsheader", "-a", str(file)], check=True, capture_output=True, text=True, errors="replace")
    pairs = (line.partition(": ") for line in done.stdout.splitlines())
    return {key.strip(): value for key, _, value in pairs}


def picture(name: str, file: Path) -> Picture:
    fields = header(file)
    width, height = int(fields["width"]), int(fields["height"])
    swapped = fields.get("orientation", "1")[:1] in "5678"
    if swapped:
        width, height = height, width
    bands, grey = int(fields["bands"]), fields["interpretation"] == "b-w"
    camera = SUFFIXES.get(file.suffix.lower()) == "jpg" and width * height >= 6e6
    has_profile = "icc-profile-data" in fields
    return Picture(name, file, width, height, swapped, bands == (2 if grey else 4), has_profile, camera)


def _photo(suffix: str, options: str, width: int, height: int, *more: int) -> Callable[[], Path]:
    name = "-".join(map(str, ["photo", *more, f"{width}x{height}"]))
    kind = "-" + "".join(c for c in options if c.isalnum()) if options else ""
    sizes = map(str, (width, height, *more))
    return lambda: photo.made_by("make_photo", f"{name}{kind}{suffix}", options, *sizes)


def _graphic(kind: str, suffix: str, options: str, width: int, height: int) -> Callable[[], Path]:
    name = f"{kind}-{width}x{height}{suffix}"
    return lambda: photo.made_by("make_graphic", name, options, str(width), str(height), kind=(kind,))


MADE: dict[str, Callable[[], Path]] = {
    "jpg-0.3mp": _photo(".jpg", "", 640, 480),
    "jpg-6mp": photo.six_megapixels,
    "jpg-6mp-progressive": _photo(".jpg", "[Q=88,strip,interlace]", 2725, 2225, 1),
    "jpg-12mp": _photo(".jpg", "[Q=92,strip,subsample_mode=on]", 4032, 3024, 2),
    # On its side, in the colours of Display P3.
    "jpg-12mp-phone": _photo(".jpg", "[Q=90,profile=p3]", 4032, 3024, 3, 6),
    "jpg-24mp": _photo(".jpg", "[Q=92,strip,subsample_mode=on]", 6000, 4000, 4),
    "jpg-50mp": photo.fifty_megapixels,
    "png-photo": _photo(".png", "[strip]", 2048, 1536, 5),
    "png-logo": _graphic("logo", ".png", "[strip]", 1600, 1200),
    "png-screenshot": _graphic("screenshot", ".png", "[palette,strip]", 2560, 1440),
    "webp-4mp": _photo(".webp", "[Q=82,strip]", 2400, 1800, 6),
    "avif-4mp": _photo(".avif", "[Q=60,effort=2,strip]", 2400, 1600, 7),
    "gif-screenshot": _graphic("screenshot", ".gif", "[strip]", 800, 600),
    "tiff-6mp": _photo(".tiff", "[compression=deflate,predictor=horizontal,strip]", 3000, 2000, 8),
}

SMALL: dict[str, Callable[[], Path]] = {
    "jpg-small": lambda: photo.small(0),
    "png-small-logo": _graphic("logo", ".png", "[strip]", 480, 360),
}


def known() -> dict[str, Callable[[], Path]]:
    """How each comes about, by name. BENCH_PHOTOS names a folder of others."""
    folder = os.environ.get("BENCH_PHOTOS")
    if folder is None:
        return effort.chosen(MADE, quick=SMALL)
    files = sorted(file for file in Path(folder).iterdir() if file.suffix.lower() in SUFFIXES)
    return {file.stem: (lambda file=file: file) for file in files}


def beside_each_other(pictures: list[Picture], folder: Path) -> dict[str, str]:
    """Puts all into one folder, which servers read from; returns the names of their files there."""
    folder.mkdir()
    names = {}
    for each in pictures:
        names[each.name] = f"{each.name}{each.file.suffix.lower()}"
        shutil.copyfile(each.file, folder / names[each.name])
    return names
