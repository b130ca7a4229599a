"""JPEG XLs that move, made by libjxl's own programs, and looked at by them."""

import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from harness import pictures


def made(frames: list[Image.Image], *options: str, delays=(100, 200, 50, 1000)) -> bytes:
    """Of the same pictures by cjxl, out of an animated PNG; without loss unless the options say otherwise."""
    png = pictures.encode(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=list(delays)[:len(frames)])
    return _by("cjxl", png, ".png", ".jxl", *(options or ("-d", "0")))


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
