"""Animated PNGs as sources: their frames are those that other programs show, and what doesn't move is the picture that is
shown where there is no animation."""

import io
import json
import struct
import subprocess
import zlib

import pytest
from PIL import Image, ImageDraw

from harness import bitmaps, pictures, pixels
from harness.animations import DELAYS, SIZE, frames_of
from harness.errors import assert_error

LOSSLESS = "noop--o-webp.quality-100--o-optim.disable_all-true"


def parts(size=SIZE) -> list[Image.Image]:
    """Pictures of the size of the canvas, with places to see through."""
    found = []
    for number in range(4):
        image = pictures.scene(*size, seed=60 + number)
        image.putalpha(Image.linear_gradient("L").rotate(90 * number).resize(size))
        ImageDraw.Draw(image).rectangle((4 * number, 3, 4 * number + 9, 12), fill=(0, 0, 0, 0))
        found.append(image)
    return found


def apng(images: list[Image.Image], disposal=0, blend=0, default_image=False, loop=3, **options) -> bytes:
    return pictures.encode(images[0], "PNG", save_all=True, append_images=images[1:], duration=DELAYS[:len(images)],
                           disposal=disposal, blend=blend, default_image=default_image, loop=loop, **options)


def frame_control(number: int, width: int, height: int, left: int = 0, top: int = 0, delay=(1, 10), disposal=0,
                  blend=0) -> tuple[bytes, bytes]:
    return b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, left, top, *delay, disposal, blend)


def pixels_of(image: Image.Image) -> bytes:
    return b"".join(data for kind, data in bitmaps.png_chunks(pictures.encode(image, "PNG")) if kind == b"IDAT")


def by_hand(frames: list[tuple[Image.Image, dict]], still: Image.Image | None = None, declared: int | None = None,
            plays: int = 0, chunks: tuple = ()) -> bytes:
    """Frames with their fields, of which the first is the still picture too where there is no other."""
    first = still or frames[0][0]
    head = [chunk for chunk in bitmaps.png_chunks(pictures.encode(first, "PNG")) if chunk[0] not in (b"IDAT", b"IEND")]
    out = head + [(b"acTL", struct.pack(">II", len(frames) if declared is None else declared, plays)), *chunks]
    number = 0
    if still is not None:
        out.append((b"IDAT", pixels_of(still)))
    for index, (image, fields) in enumerate(frames):
        out.append(frame_control(number, *image.size, **fields))
        number += 1
        if index == 0 and still is None:
            out.append((b"IDAT", pixels_of(image)))
            continue
        data = pixels_of(image)
        for part in (data[:len(data) // 2], data[len(data) // 2:]):
            out.append((b"fdAT", struct.pack(">I", number) + part))
            number += 1
    return bitmaps.png_of([*out, (b"IEND", b"")])


def moving(org, data: bytes, stack: str = LOSSLESS) -> tuple[list[Image.Image], list[int]]:
    item = org.add(data, "a.png")
    assert (item["format"], item["mimetype"], item["animated"]) == ("png", "image/png", True)
    answer = org.render(f"/dynamic/{stack}/{item['hash']}.webp")
    assert answer.status_code == 200, answer.text
    return frames_of(answer.content)


def assert_same_frames(found: list[Image.Image], wanted: list[Image.Image], mean: float = 0.4, largest: int = 3) -> None:
    """What is multiplied by opacity, since nobody sees the colours of what is not there."""
    assert len(found) == len(wanted)
    for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
        mean_found, largest_found = pixels.difference(one.convert("RGBa"), other.convert("RGBa"), mode="RGBa")
        assert mean_found <= mean and largest_found <= largest, (number, mean_found, largest_found)


def composed(frames: list[tuple[Image.Image, dict]]) -> list[Image.Image]:
    """As the specification has it. Of what lies over another, Pillow 9 and FFmpeg 5 get some wrong."""
    canvas, found = Image.new("RGBA", frames[0][0].size), []
    for picture, fields in frames:
        place = (fields.get("left", 0), fields.get("top", 0))
        before = canvas.copy()
        if fields.get("blend"):
            canvas.alpha_composite(picture.convert("RGBA"), place)
        else:
            canvas.paste(picture.convert("RGBA"), place)
        found.append(canvas.copy())
        if fields.get("disposal") == 1:
            canvas.paste((0, 0, 0, 0), (*place, place[0] + picture.width, place[1] + picture.height))
        elif fields.get("disposal") == 2:
            canvas = before
    return found


def test_frames_are_those_that_pillow_shows(org):
    data = apng(parts())
    wanted, _ = frames_of(data)
    found, delays = moving(org, data)
    assert_same_frames(found, wanted, 0, 0)
    assert delays == DELAYS


@pytest.mark.parametrize("blend", [0, 1], ids=["in its place", "over it"])
@pytest.mark.parametrize("disposal", [0, 1, 2], ids=["kept", "cleared", "taken back"])
def test_what_becomes_of_frames(org, disposal, blend):
    frames = [(image, {"disposal": disposal, "blend": blend}) for image in parts()]
    assert_same_frames(moving(org, by_hand(frames))[0], composed(frames))


def test_all_that_becomes_of_frames_at_once(org):
    small = [parts()[number].crop((5, 4, 25, 20)) for number in range(4)]
    frames = [(parts()[0], {}),
              (small[1], {"left": 3, "top": 7, "blend": 1, "disposal": 2}),
              (small[2], {"left": 28, "top": 20, "disposal": 1}),
              (small[3], {"left": 10, "top": 10, "blend": 1}),
              (parts()[2], {"blend": 1, "disposal": 1}),
              (small[0], {"left": 1, "top": 1})]
    assert_same_frames(moving(org, by_hand(frames))[0], composed(frames))


@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "P", "1"])
def test_every_kind_of_pixels(org, mode):
    images = [image.convert("RGB").quantize(8, palette=parts()[0].convert("RGB").quantize(8)) if mode == "P"
              else image.convert(mode) for image in parts()]
    if mode == "P":
        data = by_hand([(image, {"delay": (7, 100)}) for image in images])
        wanted = [image.convert("RGBA") for image in images]
    else:
        data = apng(images)
        wanted = [image.convert("RGBA") for image in images]
    assert_same_frames(moving(org, data)[0], wanted)


def test_16_bits_over_each_other(org):
    def row_of(red: int, alpha: int) -> bytes:
        return zlib.compress((b"\0" + struct.pack(">4H", red * 257, 0, 0, alpha * 257) * 4) * 4)

    header = struct.pack(">IIBBBBB", 4, 4, 16, 6, 0, 0, 0)
    data = bitmaps.png_of([(b"IHDR", header), (b"acTL", struct.pack(">II", 2, 0)), frame_control(0, 4, 4),
                           (b"IDAT", row_of(200, 255)), frame_control(1, 4, 4, blend=1),
                           (b"fdAT", struct.pack(">I", 2) + row_of(100, 128)), (b"IEND", b"")])
    found, _ = moving(org, data)
    assert found[0].getpixel((1, 1)) == (200, 0, 0, 255)
    red, _, _, alpha = found[1].getpixel((1, 1))
    assert abs(red - 150) <= 1 and alpha == 255


@pytest.mark.parametrize("plays,wanted", [(0, 0), (1, 1), (5, 5)])
def test_it_is_played_as_often(org, plays, wanted):
    data = by_hand([(image, {}) for image in parts()], plays=plays)
    item = org.add(data)
    image = Image.open(io.BytesIO(org.render(f"/dynamic/noop/{item['hash']}.webp").content))
    assert image.info["loop"] == wanted


@pytest.mark.parametrize("delay,wanted", [((1, 10), 100), ((7, 0), 70), ((1, 3), 333), ((65535, 1), 655_350)])
def test_delays_are_fractions(org, delay, wanted):
    """The longest is what a GIF has room for."""
    data = by_hand([(image, {"delay": delay}) for image in parts()[:2]])
    assert moving(org, data)[1] == [wanted] * 2
    assert org.render(f"/dynamic/noop/{org.add(data)['hash']}.gif").status_code == 200


def test_gifs_and_films_move_too(org, tmp_path):
    opaque = [image.convert("RGB") for image in parts()]
    hash_ = org.add(apng(opaque))["hash"]
    gif = Image.open(io.BytesIO(org.render(f"/dynamic/noop/{hash_}.gif").content))
    assert (gif.n_frames, gif.size) == (4, SIZE)
    film = tmp_path / "a.mp4"
    film.write_bytes(org.render(f"/dynamic/noop/{hash_}.mp4").content)
    done = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(film)],
                          capture_output=True, text=True, timeout=60)
    stream = json.loads(done.stdout)["streams"][0]
    assert (stream["nb_read_frames"], float(stream["duration"])) == ("4", pytest.approx(sum(DELAYS) / 1000))


def test_steps_work_on_every_frame(org):
    opaque = [image.convert("RGB") for image in parts()]
    found, delays = moving(org, apng(opaque), "resize-width-24--crop-width-20-height-10-anchor-center_top--o-webp.quality-100")
    assert [frame.size for frame in found] == [(20, 10)] * 4 and delays == DELAYS
    for one, other in zip(found, opaque, strict=True):
        wanted = other.resize((24, 18), Image.Resampling.LANCZOS).crop((2, 0, 22, 10))
        pixels.assert_alike(one, wanted, 4)


@pytest.mark.parametrize("format_", ["png", "jpg", "heif", "tiff"])
def test_what_does_not_move_is_the_first_frame(org, format_):
    images = [image.convert("RGB") for image in parts()]
    item = org.add(apng(images))
    answer = org.render(f"/dynamic/noop--o-jpg.quality-95--o-heif.quality-95/{item['hash']}.{format_}")
    image = pixels.open_picture(answer.content)
    assert getattr(image, "n_frames", 1) == 1
    pixels.assert_alike(image, images[0], 0 if format_ in ("png", "tiff") else 6)


def test_a_picture_for_where_nothing_moves_is_no_frame(org):
    still = pictures.scene(*SIZE, seed=70)
    images = parts()
    data = apng([still.convert("RGBA"), *images], default_image=True)
    found, _ = moving(org, data)
    assert_same_frames(found, images)
    hash_ = org.add(data)["hash"]
    pixels.assert_alike(org.render(f"/dynamic/noop/{hash_}.png").content, still, 0, 0)


def test_one_that_is_seen_through_only_where_nothing_moves(org):
    """Whatever is asked for, a JPEG of it must know."""
    still = parts()[0]
    opaque = [Image.new("RGBA", SIZE, (*color, 255)) for color in (pictures.RED, pictures.BLUE)]
    assert org.add(by_hand([(image, {}) for image in opaque], still=still))["opaque"] is False
    assert org.add(by_hand([(image, {}) for image in opaque]))["opaque"] is True


def test_a_single_frame_does_not_move(org):
    still = pictures.scene(*SIZE, seed=71)
    item = org.add(by_hand([(parts()[0], {})], still=still.convert("RGBA")))
    assert item["animated"] is False
    pixels.assert_alike(org.render(f"/dynamic/noop/{item['hash']}.png").content, still, 0, 0)


@pytest.mark.parametrize("change", ["no control before the pixels", "no frames"])
def test_what_is_no_animation_is_a_still(org, change):
    chunks = bitmaps.png_chunks(by_hand([(image, {}) for image in parts()]))
    if change == "no frames":
        chunks = [(kind, bytes(8) if kind == b"acTL" else data) for kind, data in chunks]
    else:
        control = next(chunk for chunk in chunks if chunk[0] == b"acTL")
        chunks.remove(control)
        chunks.insert(next(at for at, chunk in enumerate(chunks) if chunk[0] == b"IDAT") + 1, control)
    item = org.add(bitmaps.png_of(chunks))
    assert item["animated"] is False
    pixels.assert_alike(pixels.open_picture(org.render(f"/dynamic/noop/{item['hash']}.png").content).convert("RGBa"),
                        parts()[0].convert("RGBa"), 0, 0, mode="RGBa")


def test_frames_have_the_colours_of_the_file(org):
    """A gamma of 1: lighter than it would be without."""
    gamma = (b"gAMA", struct.pack(">I", 100_000))
    images = [Image.new("RGB", SIZE, color) for color in ((60, 60, 60), (120, 90, 60))]
    light, _ = moving(org, by_hand([(image, {}) for image in images], chunks=(gamma,)))
    still = org.render(f"/dynamic/noop/{org.add(bitmaps.png_of([*bitmaps.png_chunks(pictures.encode(images[1], 'PNG'))[:1], gamma, *bitmaps.png_chunks(pictures.encode(images[1], 'PNG'))[1:]]))['hash']}.png")
    pixels.assert_alike(light[1], pixels.open_picture(still.content), 1, 2)
    assert light[1].getpixel((5, 5))[0] > 150


# What is refused


def changed(change) -> bytes:
    chunks = bitmaps.png_chunks(by_hand([(image, {}) for image in parts()]))
    return bitmaps.png_of(change(chunks))


def at(chunks: list, kind: bytes, number: int) -> int:
    return [index for index, chunk in enumerate(chunks) if chunk[0] == kind][number]


def replaced(kind: bytes, number: int, change):
    def apply(chunks):
        index = at(chunks, kind, number)
        chunks[index] = (kind, change(chunks[index][1]))
        return chunks
    return apply


def without(kind: bytes, number: int):
    def apply(chunks):
        del chunks[at(chunks, kind, number)]
        return chunks
    return apply


WHOLE = by_hand([(image, {}) for image in parts()])


def with_bad_checksum() -> bytes:
    data = bytearray(WHOLE)
    data[data.rindex(b"fdAT") + 40] ^= 1
    return bytes(data)


DAMAGED = {
    "half of it": WHOLE[:len(WHOLE) // 2],
    "all but the end of the last frame": WHOLE[:-40],
    "a frame less than it says": changed(replaced(b"acTL", 0, lambda data: struct.pack(">II", 5, 0))),
    "a frame without pixels": changed(lambda chunks: without(b"fdAT", -1)(without(b"fdAT", -1)(chunks))),
    "a frame in the wrong place of the order": changed(replaced(b"fcTL", 2, lambda data: bytes(4) + data[4:])),
    "pixels without their frame": changed(without(b"fcTL", 2)),
    "a frame that is larger than all": changed(replaced(b"fcTL", 1, lambda data: data[:4] + struct.pack(">II", 49, 36) + data[12:])),
    "a frame outside": changed(replaced(b"fcTL", 1, lambda data: data[:12] + struct.pack(">II", 1, 0) + data[20:])),
    "a frame far outside": changed(replaced(b"fcTL", 1, lambda data: data[:12] + struct.pack(">II", 0xffffffff, 0) + data[20:])),
    "a frame of nothing": changed(replaced(b"fcTL", 1, lambda data: data[:4] + bytes(8) + data[12:])),
    "a small first frame": changed(replaced(b"fcTL", 0, lambda data: data[:4] + struct.pack(">II", 4, 4) + data[12:])),
    "pixels of another size": changed(replaced(b"fcTL", 1, lambda data: data[:4] + struct.pack(">II", 40, 36) + data[12:])),
    "half of the pixels of a frame": changed(without(b"fdAT", -1)),
    "damaged pixels": changed(replaced(b"fdAT", 0, lambda data: data[:30] + bytes(20) + data[50:])),
    "pixels that are too short": changed(replaced(b"fdAT", 0, lambda data: data[:2])),
    "pixels with a bad checksum": with_bad_checksum(),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_an_animation_that_has_lost_something_is_refused(org, name):
    assert_error(org.upload(DAMAGED[name]), 422)


def test_an_animation_of_100000_frames(org):
    dot = Image.new("RGB", (1, 1), pictures.RED)
    data = by_hand([(dot, {})] + [(dot, {})] * 3, declared=100_000)
    answer = org.upload(data)
    assert_error(answer, 413)
    assert "1000" in answer.json()["message"]


def test_an_animation_of_1000_frames(org):
    dots = [Image.new("RGB", (2, 2), (number % 256, number // 256, 7)) for number in range(1000)]
    found, _ = moving(org, by_hand([(dot, {}) for dot in dots]))
    assert len(found) >= 999
    assert_error(org.upload(by_hand([(dot, {}) for dot in [*dots, dots[0]]])), 413)


def test_many_large_frames_count_together(org):
    flat = Image.new("RGB", (600, 600), pictures.RED)
    answer = org.upload(by_hand([(flat, {})] * 900))
    assert_error(answer, 413)
    assert "225000000" in answer.json()["message"]
