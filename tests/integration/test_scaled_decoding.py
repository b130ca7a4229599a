"""Decoders shrink while they decode, and leave enough to the real filter: no false patterns, nothing stretched.

The judge is vips, which decodes all of the file and resizes that. The picture is a zone plate, which has every
frequency in every direction: what a filter lets through wrongly shows as rings where there are none."""

import io
import math

import pytest
from PIL import Image, ImageChops, ImageStat

from harness import pictures, vips

SIDE = 1000
FACTORS = [2, 2.1, 3, 3.8, 4, 4.2, 8]
# Decibels; 3 less than what the best of others came to that decode JPEGs as fast.
JPEG_AT_LEAST = {2: 50, 2.1: 50, 3: 24.5, 3.8: 28.5, 4: 47.5, 4.2: 48, 8: 51}
WEBP_AT_LEAST = dict.fromkeys(FACTORS, 46)


def zone_plate(tmp_path, suffix: str, width: int = SIDE, height: int = SIDE) -> bytes:
    plate, cut, file = (tmp_path / name for name in ("plate.v", "cut.v", f"plate{suffix}"))
    vips.run(vips.command("vips"), "zone", plate, SIDE, SIDE, "--uchar")
    vips.run(vips.command("vips"), "extract_area", plate, cut, 0, 0, width, height)
    vips.run(vips.command("vips"), "copy", cut, f"{file}[Q=95]")
    return file.read_bytes()


def likeness(one: bytes, other: bytes) -> float:
    """Peak signal to noise, in decibels."""
    first, second = (Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other))
    assert first.size == second.size
    squares = [rms ** 2 for rms in ImageStat.Stat(ImageChops.difference(first, second)).rms]
    mean = sum(squares) / len(squares)
    return 99 if mean == 0 else 10 * math.log10(255 ** 2 / mean)


def compared(org, data: bytes, width: int, height: int) -> float:
    hash_ = org.add(data)["hash"]
    path = f"/dynamic/resize-width-{width}-height-{height}-mode-absolute--o-optim.disable_all-true/{hash_}.png"
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    image = Image.open(io.BytesIO(data))
    resize = ("resize", str(width / image.width), "--vscale", str(height / image.height))
    return likeness(answer.content, vips.convert(data, ".png", resize))


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("suffix,at_least", [(".jpg", JPEG_AT_LEAST), (".webp", WEBP_AT_LEAST)], ids=["jpeg", "webp"])
def test_a_zone_plate_has_no_false_rings(org, tmp_path, suffix, at_least, factor):
    side = round(SIDE / factor)
    found = compared(org, zone_plate(tmp_path, suffix), side, side)
    assert found >= at_least[factor], f"{found:.1f} dB"


@pytest.mark.parametrize("width,height", [(2401, 1603), (2403, 1599), (1999, 1501)])
@pytest.mark.parametrize("factor,least", [(3.8, 43), (6, 41), (8.5, 43), (12, 38)])
def test_odd_sizes_are_not_stretched(org, width, height, factor, least):
    """At a fraction of it a side ends within a pixel, which decoders cut off; the others stay where they are."""
    data = pictures.photo(width, height, seed=77, quality=95)
    found = compared(org, data, round(width / factor), round(height / factor))
    assert found >= least, f"{found:.1f} dB"


@pytest.mark.parametrize("side", range(1001, 1008))
@pytest.mark.parametrize("factor,least", [(3.4, 44), (5.5, 43), (9.5, 37)])
def test_odd_sizes_are_not_moved(org, side, factor, least):
    """What was missing to a pixel was shared out between both sides: all was up to two pixels of the file farther left."""
    data = pictures.photo(side, side, seed=77, quality=95)
    found = compared(org, data, round(side / factor), round(side / factor))
    assert found >= least, f"{found:.1f} dB"


@pytest.mark.parametrize("side", [9, 14, 15, 23, 41, 57])
@pytest.mark.parametrize("upright", [True, False])
def test_a_strip_is_not_taken_for_whole_blocks(org, side, upright):
    """Of a side of 15 pixels an eighth is one pixel of 8, and the other 7 were left out."""
    size = (side, 30 * side) if upright else (30 * side, side)
    data = pictures.photo(*size, seed=79, quality=95)
    small = (1, 30) if upright else (30, 1)
    found = compared(org, data, *small)
    assert found >= 44, f"{found:.1f} dB"


def cropped_without_losses(side: int) -> bytes:
    """As `jpegtran -crop` leaves it: the blocks are whole, and hold what was cut off; only the header knows."""
    whole = -(-side // 8) * 8
    image = Image.new("RGB", (whole, whole), "black")
    image.paste("white", (0, 0, side, side))
    data = pictures.encode(image, "JPEG", quality=95, subsampling=0)
    sides = whole.to_bytes(2, "big") * 2
    assert data.count(b"\x08" + sides) == 1
    return data.replace(b"\x08" + sides, b"\x08" + side.to_bytes(2, "big") * 2)


@pytest.mark.parametrize("side", range(1026, 1032))
@pytest.mark.parametrize("factor", [3, 5, 9])
def test_what_was_cropped_away_is_not_shown(org, side, factor):
    """The last smaller pixel was made of all of its block: a dark line at the right and at the bottom."""
    small = round(side / factor)
    hash_ = org.add(cropped_without_losses(side))["hash"]
    answer = org.render(f"/dynamic/resize-width-{small}-height-{small}-mode-absolute--o-optim.disable_all-true/{hash_}.png")
    assert answer.status_code == 200, answer.text
    image = Image.open(io.BytesIO(answer.content)).convert("L")
    assert image.crop((small - 1, 0, small, small)).getextrema()[0] >= 250
    assert image.crop((0, small - 1, small, small)).getextrema()[0] >= 250


def test_turned_pictures_shrink_as_well(org):
    wide = pictures.scene(2401, 1603, seed=78)
    hash_ = org.add(pictures.oriented(wide, 6))["hash"]
    answer = org.render(f"/dynamic/resize-width-400--o-optim.disable_all-true/{hash_}.png")
    shown = Image.open(io.BytesIO(answer.content))
    wanted = wide.resize(shown.size, Image.Resampling.LANCZOS)
    assert likeness(answer.content, pictures.encode(wanted, "PNG")) > 30


def test_an_animated_webp_shrinks_frame_by_frame(org):
    frames = [pictures.scene(600, 400, seed=seed) for seed in (1, 2, 3)]
    data = pictures.encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, quality=95)
    hash_ = org.add(data)["hash"]
    shown = Image.open(io.BytesIO(org.render(f"/dynamic/resize-width-120--o-webp.quality-100/{hash_}.webp").content))
    assert (shown.n_frames, shown.size) == (3, (120, 80))
    for number, frame in enumerate(frames):
        shown.seek(number)
        wanted = frame.resize((120, 80), Image.Resampling.LANCZOS)
        assert likeness(pictures.encode(shown.convert("RGB"), "PNG"), pictures.encode(wanted, "PNG")) > 28
