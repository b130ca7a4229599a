"""Videos whose pictures tell which they are, made by the program ffmpeg."""

import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from harness import pixels

BITS = 8
WIDTH, HEIGHT = 160, 96
RATE = 25

H264 = ("-c:v", "libx264", "-preset", "veryfast")
KINDS = {  # format, media type and how it is written
    "h264.mp4": ("mp4", "video/mp4", H264),
    "hevc.mp4": ("mp4", "video/mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v",
                                      "hvc1")),
    "h264.mov": ("mov", "video/quicktime", H264),
    "vp8.webm": ("webm", "video/webm", ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M")),
    "vp9.webm": ("webm", "video/webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M")),
    "av1.webm": ("webm", "video/webm", ("-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-b:v", "1M")),
    "av1.mp4": ("mp4", "video/mp4", ("-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-b:v", "1M")),
}


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A column a bit, the lowest at the left: white where it is set."""
    bits = Image.new("L", (BITS, 1))
    bits.putdata([235 if number >> bit & 1 else 20 for bit in range(BITS)])
    return bits.resize((width, height), Image.Resampling.NEAREST).convert("RGB")


def number_in(picture: Image.Image | bytes) -> int:
    image = pixels.open_picture(picture) if isinstance(picture, bytes) else picture
    grey = image.convert("L")
    return sum(1 << bit for bit in range(BITS)
               if grey.getpixel((int((bit + 0.5) * grey.width / BITS), grey.height // 2)) > 127)


def of_pictures(pictures: list[Image.Image], name: str = "film.mp4", encoder: tuple = H264, rate: int = RATE,
                pixel_format: str = "yuv420p", sound: bool = False, options: tuple = ()) -> bytes:
    """In the colours of BT.709, unless `options` have others."""
    width, height = pictures[0].size
    raw = b"".join(picture.convert("RGB").tobytes() for picture in pictures)
    colours = ("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709",
               "-color_trc", "bt709") if "-vf" not in options else ()
    audio = ("-f", "lavfi", "-i", f"sine=duration={len(pictures) / rate}", "-c:a",
             "libopus" if name.endswith("webm") else "aac") if sound else ()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        command = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r",
                   str(rate), "-i", "-", *audio, *colours, *encoder, "-pix_fmt", pixel_format, *options, str(file)]
        subprocess.run(command, input=raw, check=True, timeout=120)
        return file.read_bytes()


def film(kind: str = "h264.mp4", pictures: int = 100, **options) -> bytes:
    """Its pictures are numbered from 1, which none of them is of one colour by."""
    return of_pictures([numbered(number) for number in range(1, pictures + 1)], kind, KINDS[kind][2], **options)


def remuxed(data: bytes, name: str, *options: str, before: tuple = ()) -> bytes:
    """The same streams in another file. `before`: options of the reading."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "in", Path(folder) / name
        source.write_bytes(data)
        subprocess.run(["ffmpeg", "-v", "error", *before, "-i", str(source), "-map", "0", "-c", "copy", *options, str(result)],
                       check=True, timeout=60)
        return result.read_bytes()


def probed(data: bytes) -> dict:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)
