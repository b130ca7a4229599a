"""Each format that a render may have, decoded by a program that shares no code with the one that wrote it, or as little
as there is."""

import base64
import io
import subprocess
import tempfile
import xml.etree.ElementTree
from pathlib import Path

from PIL import Image

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


def _by(data: bytes, suffix: str, *command: str) -> Image.Image:
    """By a program that takes the name of the file and that of the PNG to write."""
    with tempfile.TemporaryDirectory(prefix="rucola-decode-") as directory:
        source, result = Path(directory, f"in{suffix}"), Path(directory, "out.png")
        source.write_bytes(data)
        done = subprocess.run([*command, str(source), str(result)], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        image = Image.open(result)
        image.load()
        return image


def _pillow(data: bytes, wanted: str) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == wanted
    image.load()
    return image


def bitmap_in(element) -> Image.Image:
    head, encoded = element.get(_HREF).split(",")
    wanted = {"data:image/png;base64": "PNG", "data:image/jpeg;base64": "JPEG"}[head]
    return _pillow(base64.b64decode(encoded, validate=True), wanted)


def svg_parts(data: bytes) -> tuple[Image.Image, Image.Image | None]:
    """The bitmap in an SVG, and its mask."""
    root = xml.etree.ElementTree.fromstring(data)
    assert root.tag == f"{_SVG}svg"
    bitmap = bitmap_in(root.find(f"{_SVG}image"))
    assert (root.get("width"), root.get("height")) == tuple(map(str, bitmap.size))
    assert root.get("viewBox") == f"0 0 {bitmap.width} {bitmap.height}"
    masked = root.find(f"{_SVG}mask/{_SVG}image")
    return bitmap, None if masked is None else bitmap_in(masked).convert("L")


def _svg(data: bytes) -> Image.Image:
    bitmap, mask = svg_parts(data)
    if mask is not None:
        bitmap = bitmap.convert("RGB")
        bitmap.putalpha(mask)
    return bitmap


def decode(data: bytes, format_: str) -> Image.Image:
    match format_:
        case "heif":
            return _by(data, ".heic", "heif-convert")
        case "jxl":
            return _by(data, ".jxl", "djxl")
        case "jp2":
            return _pillow(data, "JPEG2000")
        case "svg":
            return _svg(data)
        case _:
            return _pillow(data, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "gif": "GIF"}[format_])
