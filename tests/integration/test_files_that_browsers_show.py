"""What browsers show is taken, and shown whole; refused is what has lost a part of its picture."""

import io
import struct
import zlib

import pytest
from PIL import Image

from harness import pictures, pixels
from harness.errors import assert_error

END = b"\xff\xd9"


def segments(jpeg: bytes) -> list[tuple[int, int]]:
    """Marker and place of each segment, up to the scan."""
    found, at = [], 2
    while True:
        marker, length = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        found.append((marker, at))
        if marker == 0xda:
            return found
        at += 2 + length


def place_of(jpeg: bytes, marker: int) -> int:
    return next(at for found, at in segments(jpeg) if found == marker)


def inserted(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


def patched(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at + len(more):]


SCENE = pictures.scene(200, 150, seed=31)
JPEG = pictures.encode(SCENE, "JPEG", quality=90)
PROGRESSIVE = pictures.encode(SCENE, "JPEG", quality=90, progressive=True)
PNG = pictures.encode(SCENE, "PNG")
WEBP = pictures.encode(SCENE, "WEBP", quality=90)
GIF = pictures.encode(SCENE.quantize(64), "GIF")


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", right if checksum is None else checksum)


def riff(data: bytes, size: int) -> bytes:
    return patched(data, 4, struct.pack("<I", size))


# Each is the picture that it is made of, pixel by pixel.
WHOLE = {
    "jpeg without an end": (JPEG, JPEG[:-2]),
    "jpeg with half an end": (JPEG, JPEG[:-1]),
    "progressive jpeg without an end": (PROGRESSIVE, PROGRESSIVE[:-2]),
    "jpeg of a phone": (JPEG, patched(JPEG, place_of(JPEG, 0xda) + 11, b"\0")),
    "jpeg with bytes between segments": (JPEG, inserted(JPEG, place_of(JPEG, 0xdb), b"\x12" * 18)),
    "jpeg with bytes before the scan": (JPEG, inserted(JPEG, place_of(JPEG, 0xda), b"\x00\x01\x02")),
    "jpeg with bytes before its end": (JPEG, JPEG[:-2] + bytes(30) + END),
    "progressive jpeg with bytes before its end": (PROGRESSIVE, PROGRESSIVE[:-2] + bytes(30) + END),
    "jpeg of a future version": (JPEG, patched(JPEG, 11, b"\x09\x63")),
    "jpeg with unknown colours of Adobe": (JPEG, inserted(JPEG, 2, b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\x09")),
    "jpeg with an empty comment": (JPEG, inserted(JPEG, 2, b"\xff\xfe\0\2")),
    "jpeg with padded markers": (JPEG, inserted(JPEG, place_of(JPEG, 0xdb), b"\xff" * 40)),
    "jpeg with another behind it": (JPEG, JPEG + pictures.photo(60, 40)),
    "jpeg with something behind it": (JPEG, JPEG + b"and a film" * 2000),
    "jpeg with something behind no end": (JPEG, JPEG[:-2] + b"\0" * 2000),
    "png without an end": (PNG, PNG[:-12]),
    "png with half an end": (PNG, PNG[:-5]),
    "png with something behind it": (PNG, PNG + b"and more" * 100),
    "png with a bad checksum of a text": (PNG, inserted(PNG, 33, chunk(b"tEXt", b"a\0b", 0x1234))),
    "png with a damaged text": (PNG, inserted(PNG, 33, chunk(b"iTXt", b"abcde"))),
    "png with 2,000 texts": (PNG, inserted(PNG, 33, 2000 * chunk(b"tEXt", b"a\0b"))),
    "png with a damaged profile": (PNG, inserted(PNG, 33, chunk(b"iCCP", b"abc\0\0xyz"))),
    "png with two resolutions": (PNG, inserted(PNG, 33, 2 * chunk(b"pHYs", b"\0\0\0\1\0\0\0\1\1"))),
    "webp with something behind it": (WEBP, WEBP + b"and more" * 100),
    "gif without an end": (GIF, GIF[:-1]),
    "gif with something behind it": (GIF, GIF + b"and more" * 100),
}


@pytest.mark.parametrize("name", WHOLE)
def test_it_is_shown_whole(org, name):
    original, odd = WHOLE[name]
    wanted = Image.open(io.BytesIO(original)).convert("RGB")
    hash_ = org.add(odd)["hash"]
    answer = org.render(f"/dynamic/noop--o-optim.disable_all-true/{hash_}.png")
    assert answer.status_code == 200, answer.text
    pixels.assert_alike(answer.content, wanted, 1.0 if odd[:2] == b"\xff\xd8" or odd[:4] == b"RIFF" else 0)
    small = org.render(f"/dynamic/resize-width-50--o-optim.disable_all-true/{hash_}.png")
    assert small.status_code == 200, small.text
    pixels.assert_alike(small.content, wanted.resize((50, 38), Image.Resampling.LANCZOS), 6)


def cut_progressive(scans: int) -> bytes:
    """Up to before the tables of the scan after so many: what is there is whole, and only a sketch."""
    at = 0
    for _ in range(scans + 1):
        at = PROGRESSIVE.index(b"\xff\xda", at + 1)
    return PROGRESSIVE[:PROGRESSIVE.rindex(b"\xff\xc4", 0, at)]


LOST = {
    "half a jpeg": JPEG[:len(JPEG) // 2],
    "half a jpeg with an end": JPEG[:len(JPEG) // 2] + END,
    "a jpeg without its last rows": JPEG[:len(JPEG) * 97 // 100],
    "half a progressive jpeg": PROGRESSIVE[:len(PROGRESSIVE) // 2],
    "a progressive jpeg that ends between scans": cut_progressive(2),
    "half a png": PNG[:len(PNG) // 2],
    "a png without its last rows": PNG[:len(PNG) * 97 // 100],
    "half a webp": WEBP[:len(WEBP) // 2],
    "half a webp that says so": riff(WEBP[:len(WEBP) // 2], len(WEBP) // 2 - 8),
    "half a gif": GIF[:len(GIF) // 2],
}


@pytest.mark.parametrize("name", LOST)
def test_what_has_lost_pixels_is_refused(org, name):
    assert_error(org.upload(LOST[name]), 422)


def test_a_png_with_too_much_beside_its_pixels_is_not_said_to_be_damaged(org):
    text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<" * (7 << 20), 9))
    answer = org.upload(inserted(PNG, 33, 10 * text))
    assert_error(answer, 422)
    assert "too much beside its pixels" in answer.json()["message"] and "damaged" not in answer.json()["message"]


# GIF: what no frame covers


def gif(size: tuple[int, int], *frames: tuple, transparent: bool = False) -> bytes:
    """Each frame: its place and size, its colour, and what becomes of it (1 stays, 2 is cleared, 3 is taken back).
    The background colour is red, which no browser shows."""
    palette = bytes((255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255))
    data = b"GIF89a" + struct.pack("<HH", *size) + b"\x81\0\0" + palette
    data += b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    for left, top, width, height, colour, disposal in frames:
        bits = "".join(f"{code:03b}"[::-1] for _ in range(width * height) for code in (4, colour)) + "101"
        packed = bytes(int(bits[at:at + 8].ljust(8, "0")[::-1], 2) for at in range(0, len(bits), 8))
        blocks = b"".join(bytes([len(packed[at:at + 255])]) + packed[at:at + 255] for at in range(0, len(packed), 255))
        data += b"\x21\xf9\x04" + bytes([disposal << 2 | transparent]) + b"\x0a\0\0\0"
        data += b"\x2c" + struct.pack("<HHHH", left, top, width, height) + b"\0\2" + blocks + b"\0"
    return data + b";"


def frames_of(data: bytes) -> list[Image.Image]:
    image = Image.open(io.BytesIO(data))
    found = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        found.append(image.convert("RGBA"))
    return found


def painted(size: tuple[int, int], *boxes: tuple) -> Image.Image:
    colours = [(0, 0, 0, 0), (0, 255, 0, 255), (0, 0, 255, 255), (255, 255, 255, 255)]
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    for left, top, width, height, colour in boxes:
        image.paste(colours[colour], (left, top, left + width, top + height))
    return image


@pytest.mark.parametrize("size", [(40, 30), (640, 480)], ids=["any size", "a size that some readers distrust"])
def test_around_a_small_first_frame_a_gif_is_transparent(org, size):
    hash_ = org.add(gif(size, (10, 5, 20, 10, 1, 1)))["hash"]
    answer = org.render(f"/dynamic/noop/{hash_}.png")
    shown = pixels.open_picture(answer.content).convert("RGBA")
    pixels.assert_alike(shown.convert("RGBa"), painted(size, (10, 5, 20, 10, 1)).convert("RGBa"), 0, mode="RGBa")


@pytest.mark.parametrize("size", [(20, 16), (8, 30), (0, 0)], ids=str)
def test_a_gif_was_cut_where_its_first_frame_goes_over_the_edge(org, size):
    hash_ = org.add(gif(size, (10, 5, 20, 10, 1, 1), (0, 0, 4, 4, 2, 1)))["hash"]
    canvas = (30, max(size[1], 15))
    wanted = [painted(canvas, (10, 5, 20, 10, 1)), painted(canvas, (10, 5, 20, 10, 1), (0, 0, 4, 4, 2))]
    shown = frames_of(org.render(f"/dynamic/noop/{hash_}.gif").content)
    for one, other in zip(shown, wanted, strict=True):
        pixels.assert_alike(one.convert("RGBa"), other.convert("RGBa"), 0, mode="RGBa")


def test_what_a_frame_leaves_when_it_is_cleared_is_transparent(org):
    size = (40, 30)
    hash_ = org.add(gif(size, (0, 0, 40, 30, 1, 1), (5, 5, 10, 10, 2, 2), (20, 20, 4, 4, 3, 3), (0, 0, 2, 2, 2, 1)))["hash"]
    ground = (0, 0, 40, 30, 1)
    hole = (5, 5, 10, 10, 0)
    wanted = [painted(size, ground), painted(size, ground, (5, 5, 10, 10, 2)),
              painted(size, ground, hole, (20, 20, 4, 4, 3)), painted(size, ground, hole, (0, 0, 2, 2, 2))]
    for suffix in ("gif", "webp"):
        shown = frames_of(org.render(f"/dynamic/noop--o-webp.quality-100/{hash_}.{suffix}").content)
        assert len(shown) == 4
        for number, (one, other) in enumerate(zip(shown, wanted, strict=True)):
            assert pixels.difference(one.convert("RGBa"), other.convert("RGBa"), mode="RGBa")[0] < 1, (suffix, number)


def test_a_trimmed_animation_shows_everything_that_moves(org):
    places = [(4, 6), (20, 6), (30, 15)]
    frames = []
    for place in places:
        frames.append(Image.new("RGB", (60, 40), (255, 255, 255)))
        frames[-1].paste((200, 0, 0), (*place, place[0] + 10, place[1] + 10))
    frames.insert(1, Image.new("RGB", (60, 40), (255, 255, 255)))
    data = pictures.encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    hash_ = org.add(data)["hash"]
    shown = frames_of(org.render(f"/dynamic/trim--o-webp.quality-100/{hash_}.webp").content)
    assert [frame.size for frame in shown] == [(36, 19)] * 4
    for one, other in zip(shown, frames, strict=True):
        pixels.assert_alike(one, other.crop((4, 6, 40, 25)), 1)
    still = org.render(f"/dynamic/trim/{hash_}.png")
    assert pixels.size_of(still.content) == (10, 10), "of a still picture only the first frame counts"
