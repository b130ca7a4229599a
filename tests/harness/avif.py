"""AVIFs with sequences: made by FFmpeg's own program, read box by box, and looked at in Chromium."""

import base64
import io
import struct
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from conformance.browser import Page

INSIDE = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"edts": 0, b"tref": 0, b"meta": 4, b"iprp": 0,
          b"ipco": 0, b"stsd": 8, b"av01": 78}


def made(frames: list[Image.Image], *options: str, rate: str = "10", opacity: bool = False) -> bytes:
    """Of the same pictures by FFmpeg, with opacity in a track of its own."""
    with tempfile.TemporaryDirectory(prefix="rucola-avif-") as folder:
        for number, frame in enumerate(frames):
            frame.save(Path(folder) / f"{number}.png")
        tracks = ["-filter_complex", "[0:v]split[c][x];[x]alphaextract[o]", "-map", "[c]", "-map", "[o]"] if opacity else []
        file = Path(folder) / "made.avif"
        subprocess.run(["ffmpeg", "-v", "error", "-framerate", rate, "-i", f"{folder}/%d.png", *tracks, "-c:v", "libaom-av1",
                        "-crf", "4", "-cpu-used", "8", "-pix_fmt:v:0", "yuv444p", *options, "-f", "avif", str(file)],
                       check=True, timeout=120)
        return file.read_bytes()


def boxes(data: bytes, begin: int = 0, end: int | None = None, path: str = "") -> list[tuple[str, int, int]]:
    """Path, and where the content lies, of all that are inside."""
    found = []
    end = len(data) if end is None else end
    while begin + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, begin)
        assert 8 <= size <= end - begin, (path, kind, size)
        name = f"{path}/{kind.decode()}"
        found.append((name, begin + 8, begin + size))
        if kind in INSIDE:
            found += boxes(data, begin + 8 + INSIDE[kind], begin + size, name)
        begin += size
    return found


def content(data: bytes, end_of_path: str, number: int = 0) -> bytes:
    return [data[begin:end] for path, begin, end in boxes(data) if path.endswith(end_of_path)][number]


def replaced(data: bytes, end_of_path: str, change, number: int = 0) -> bytes:
    """The content of a box, which stays as long."""
    _, begin, end = [box for box in boxes(data) if box[0].endswith(end_of_path)][number]
    new = change(data[begin:end])
    assert len(new) == end - begin
    return data[:begin] + new + data[end:]


def with_properties(data: bytes, properties: bytes) -> bytes:
    """More boxes at the end of the first sample entry, which all that holds it grows by, and all places move by."""
    found = boxes(data)
    _, begin, end = next(box for box in found if box[0].endswith("/av01") and "/stsd/" in box[0])
    out = bytearray(data)
    for _, inner, outer in found:
        if inner <= begin and end <= outer:
            struct.pack_into(">I", out, inner - 8, outer - inner + 8 + len(properties))
    for path, inner, outer in found:
        if path.endswith("/stco"):
            for at in range(inner + 8, outer, 4):
                struct.pack_into(">I", out, at, struct.unpack_from(">I", out, at)[0] + len(properties))
    return bytes(out[:end]) + properties + bytes(out[end:])


class Shown:
    """What a browser's decoder of pictures says of a file."""

    def __init__(self, frames: list[Image.Image], delays: list[float], repetitions: float, animated: bool):
        self.frames, self.delays, self.repetitions, self.animated = frames, delays, repetitions, animated


SCRIPT = """(async () => {
  const data = Uint8Array.from(atob("%s"), letter => letter.charCodeAt(0));
  const decoder = new ImageDecoder({data, type: "image/avif"});
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  const pictures = [], delays = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; ++frameIndex) {
    const {image} = await decoder.decode({frameIndex});
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    pictures.push(btoa(png.reduce((text, byte) => text + String.fromCharCode(byte), "")));
    delays.push(image.duration);
    image.close();
  }
  return {pictures, delays, animated: track.animated,
          repetitions: track.repetitionCount === Infinity ? -1 : track.repetitionCount};
})()"""


def shown_by_chromium(url: str, data: bytes) -> Shown:
    """`url`: of a page of the loopback, since only these may use the decoder."""
    with Page(width=200, height=200) as browser:
        browser.open(url)
        said = browser.run(SCRIPT % base64.b64encode(data).decode())
    frames = [Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGBA") for picture in said["pictures"]]
    delays = [None if delay is None else delay / 1000 for delay in said["delays"]]
    return Shown(frames, delays, said["repetitions"], said["animated"])
