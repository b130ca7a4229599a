"""Pillow's view of an answer, as JSON: pixels.py REFERENCE.png ANSWER.png ENCODED. Run by the Python that has Pillow.

decibels: PSNR of the answer to the reference, null where they are the same. jpeg: how an encoded JPEG samples its colours, and
a sum over its quantisation tables, the same for the same tables."""

import json
import math
import sys
import zlib

from PIL import Image, ImageChops, ImageStat
from PIL.JpegImagePlugin import get_sampling

SAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}


def decibels(one: Image.Image, other: Image.Image) -> float | None:
    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    mean = sum(squares) / (len(squares) * one.width * one.height)
    return 10 * math.log10(255**2 / mean) if mean > 0 else None


def jpeg(file: str) -> list[str]:
    with open(file, "rb") as encoded:
        if encoded.read(2) != b"\xff\xd8":
            return []
    with Image.open(file) as image:
        tables = json.dumps(sorted((number, list(table)) for number, table in image.quantization.items()))
        sampling = SAMPLINGS.get(get_sampling(image), "other sampling")
        progressive = ["progressive"] if image.info.get("progressive") else []
        return [sampling, f"tables {zlib.crc32(tables.encode()):08x}", *progressive]


def main(reference: str, answer: str, encoded: str) -> None:
    with Image.open(reference) as one, Image.open(answer) as other:
        found = decibels(one.convert("RGB"), other.convert("RGB"))
    print(json.dumps({"decibels": found, "jpeg": jpeg(encoded)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
