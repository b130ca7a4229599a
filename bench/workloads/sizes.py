"""Bytes and likeness of renders that were made smaller, against the same renders with the usual fixed quality."""

import os
import statistics
import subprocess
from pathlib import Path

from harness import effort, paths, photo
from harness.report import Section
from harness.rucola import Rucola, serving

WIDTH = 720
FORMATS = ("jpg", "webp", "avif")
FIXED = "o-optim.disable_all-true"
SEARCHED = {"by default": "o-optim.immediate-true"} | {
    f"optim.quality {quality}": f"o-optim.immediate-true--o-optim.quality-{quality}" for quality in (2, 5, 8)
}


def photos() -> list[Path]:
    """Real ones: BENCH_PHOTOS names their folder. Without it those that are made here, which say less."""
    folder = os.environ.get("BENCH_PHOTOS")
    if folder is None:
        return effort.chosen([photo.six_megapixels(), photo.small(1)], quick=[photo.small(1)])
    return sorted(file for file in Path(folder).iterdir() if file.suffix in {".jpg", ".png", ".heic", ".webp"})


def scores(original: Path, copies: list[Path]) -> list[float]:
    done = subprocess.run(
        [paths.program("ssimulacra2"), str(original), *map(str, copies)], check=True, capture_output=True, text=True
    )
    return [float(line) for line in done.stdout.split()]


def rendered(server: Rucola, image: str, options: str, format_: str, folder: Path) -> Path:
    path = server.render_path(f"dynamic/resize-width-{WIDTH}--{options}", f"{image}.{format_}")
    file = folder / f"{options}.{format_}"
    file.write_bytes(server.call("GET", path))
    return file


def run(section: Section, scratch: Path) -> None:
    sources = photos()
    sizes: dict[tuple[str, str], list[float]] = {}
    likenesses: dict[tuple[str, str], list[float]] = {}
    with serving(scratch) as server:
        for source in sources:
            image = server.upload(source)
            exact = rendered(server, image, FIXED, "png", scratch)
            for format_ in FORMATS:
                ways = {"fixed": FIXED} | SEARCHED
                files = [rendered(server, image, options, format_, scratch) for options in ways.values()]
                fixed = files[0].stat().st_size
                for way, file, score in zip(ways, files, scores(exact, files), strict=True):
                    sizes.setdefault((format_, way), []).append(file.stat().st_size / fixed)
                    likenesses.setdefault((format_, way), []).append(score)
    section.add("photos", float(len(sources)), "")
    for (format_, way), ratios in sizes.items():
        found = likenesses[format_, way]
        spread = f"score {statistics.median(found):.2f}, {min(found):.2f} to {max(found):.2f}"
        section.ratio(f"{format_}, {way}", statistics.median(ratios), f"the bytes of the fixed quality; {spread}",
                      less_is_better=True)
