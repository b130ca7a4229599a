"""JPEG XLs that move, made by libjxl's own programs, and looked at by them."""

import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from PIL import Image

from harness import pictures


def made(frames: list[Image.Image], *options: str, delays=(100, 200, 50, 1000)) -> bytes:
    """Of the same pictures by cjxl; without loss unless the options say otherwise."""
    return _by("cjxl", _apng(frames, delays), ".png", ".jxl", *(options or ("-d", "0")))


def _apng(frames: list[Image.Image], delays) -> bytes:
    """Whole frames: of parts, which Pillow would write, cjxl 0.7 makes other pictures."""
    file = b"\x89PNG\r\n\x1a\n"
    sequence = iter(range(2 * len(frames)))
    for number, frame in enumerate(frames):
        header, *rest = _chunks(pictures.encode(frame, "PNG"))
        pixels = b"".join(data for kind, data in rest if kind == b"IDAT")
        if number == 0:
            file += _chunk(*header) + _chunk(b"acTL", struct.pack(">II", len(frames), 0))
        file += _chunk(b"fcTL", struct.pack(">5I2H2B", next(sequence), *frame.size, 0, 0, delays[number], 1000, 0, 0))
        file += _chunk(b"IDAT", pixels) if number == 0 else _chunk(b"fdAT", struct.pack(">I", next(sequence)) + pixels)
    return file + _chunk(b"IEND", b"")


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        found.append((kind, png[at + 8:at + 8 + length]))
        at += length + 12
    return found


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _by(program: str, data: bytes, suffix: str, result: str, *options: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="rucola-jxl-") as directory:
        source, out = Path(directory, f"in{suffix}"), Path(directory, f"out{result}")
        source.write_bytes(data)
        done = subprocess.run([program, str(source), str(out), *options], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return out.read_bytes()


class Shown:
    """What djxl says of a file, which writes an animated PNG of it."""

    def __init__(self, data: bytes):
        image = Image.open(io.BytesIO(_by("djxl", data, ".jxl", ".png")))
        self.mode = image.mode
        self.plays = image.info.get("loop")  # 0: without end
        self.frames, self.delays = [], []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            self.frames.append(image.convert("RGBA"))
            self.delays.append(round(image.info.get("duration", 0)))
