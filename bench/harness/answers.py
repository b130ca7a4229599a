"""Whether all peers' answers to the same job are the same work: looked at with libvips' commands and Pillow, once a cell."""

import json
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import paths, pictures
from .cells import Cell

FORMATS = {"jpegload": "jpg", "pngload": "png", "webpload": "webp", "heifload": "avif"}
GOOD_DECIBELS = 35  # where the best answer has more, others that have less than BAD_DECIBELS show something else
BAD_DECIBELS = 30
PYTHON = "/usr/bin/python3"  # the one that has Debian's Pillow


@dataclass
class Answer:
    bytes: int
    width: int
    height: int
    decibels: float  # PSNR to a Lanczos resize of the whole picture, both on white
    jpeg: str  # how colours are sampled; quantisation tables that are not the limit's
    wrong: str = ""

    def described(self) -> list[str]:
        return [f"{self.width}×{self.height}", f"{self.bytes:,}", f"{self.decibels:.1f}", self.jpeg, self.wrong or "same work"]


def vips(*arguments: str | Path) -> None:
    subprocess.run(["vips", *map(str, arguments)], check=True, capture_output=True)


def on_white(file: Path, fields: dict[str, str], scratch: Path, mark: str) -> Path:
    """As sRGB without transparency; the file itself where that is what it is."""
    if "icc-profile-data" in fields:
        converted = scratch / f"{mark}-srgb.v"
        vips("icc_transform", file, converted, "srgb", "--embedded")
        file = converted
    if fields["interpretation"] not in ("srgb", "rgb") and "icc-profile-data" not in fields:
        coloured = scratch / f"{mark}-colour.v"
        vips("colourspace", file, coloured, "srgb")
        file = coloured
    if int(fields["bands"]) in (2, 4):
        flat = scratch / f"{mark}-flat.v"
        vips("flatten", file, flat, "--background", "255 255 255")
        file = flat
    return file


class Judge:
    """Of one cell. References are made once for each size."""

    def __init__(self, cell: Cell, scratch: Path) -> None:
        self.cell = cell
        self.scratch = scratch
        self.references: dict[tuple[int, int], Path] = {}

    def reference(self, width: int, height: int) -> Path:
        """A Lanczos resize of all pixels: no shrinking while decoding, no boxes first."""
        if (width, height) not in self.references:
            picture = self.cell.picture
            source = on_white(picture.file, pictures.header(picture.file), self.scratch, "source")
            resized = self.scratch / f"reference-{width}x{height}.v"
            across, down = width / picture.width, height / picture.height
            if picture.swapped:
                across, down = down, across
            vips("resize", source, resized, f"{across:.12f}", "--vscale", f"{down:.12f}", "--kernel", "lanczos3", "--gap", "0")
            upright = self.scratch / f"reference-{width}x{height}.png"
            vips("autorot", resized, f"{upright}[compression=0,strip]")
            self.references[width, height] = upright
        return self.references[width, height]

    def examine(self, body: bytes) -> Answer:
        file = self.scratch / "answer"
        file.write_bytes(body)
        try:
            fields = pictures.header(file)
        except subprocess.CalledProcessError:
            return Answer(len(body), 0, 0, 0, "", "no picture")
        width, height = int(fields["width"]), int(fields["height"])
        plain = self.scratch / "answer.png"
        vips("copy", on_white(file, fields, self.scratch, "answer"), f"{plain}[compression=0,strip]")
        found = pixels(self.reference(width, height), plain, file)
        answer = Answer(len(body), width, height, found["decibels"] or math.inf, "; ".join(found["jpeg"]))
        answer.wrong = self._wrong(answer, fields)
        return answer

    def _wrong(self, answer: Answer, fields: dict[str, str]) -> str:
        format_ = FORMATS.get(fields.get("vips-loader", "").removesuffix("_buffer"))
        height = self.cell.picture.height * self.cell.width / self.cell.picture.width
        if format_ != self.cell.output:
            return f"wrong: a {format_}"
        if abs(answer.width - self.cell.width) > 1 or abs(answer.height - height) > 1.5:
            return "wrong: its size"
        if self.cell.picture.has_alpha and self.cell.output != "jpg" and int(fields["bands"]) not in (2, 4):
            return "wrong: nothing is transparent"
        return ""


def pixels(reference: Path, answer: Path, encoded: Path) -> dict:
    command = [PYTHON, str(Path(__file__).with_name("pixels.py")), str(reference), str(answer), str(encoded)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(answers: dict[str, Answer], limit: str) -> None:
    """Marks those that show something else, and JPEGs that are quantised otherwise than the limit's."""
    best = max((answer.decibels for answer in answers.values() if not answer.wrong), default=0)
    usual = answers[limit].jpeg if limit in answers else ""
    for answer in answers.values():
        if not answer.wrong and best > GOOD_DECIBELS and answer.decibels < BAD_DECIBELS:
            answer.wrong = "wrong: another picture"
        if answer.jpeg != usual:
            answer.jpeg += " (not the limit's)"
