"""AVIFs that move, in and out: as Chromium's own decoder and FFmpeg's programs see them."""

import io
import json
import struct
import subprocess
from functools import partial

import pytest
from PIL import Image, ImageDraw

from harness import animations, avif, pictures, pixels
from harness.animations import SIZE, assert_frames, frames_of
from harness.animations import webp as animation
from harness.errors import assert_error

LOSSLESS = "noop--o-webp.quality-100--o-optim.disable_all-true"
scenes = partial(animations.scenes, 80)
WITHOUT_END = -1


@pytest.fixture
def written(org):
    def render(path: str) -> bytes:
        answer = org.render(f"/dynamic/{path}.avif")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "image/avif"
        return answer.content

    return render


@pytest.fixture
def shown(server):
    return lambda data: avif.shown_by_chromium(server.url + "/healthz", data)


def probed(data: bytes, tmp_path) -> list[dict]:
    file = tmp_path / "a.avif"
    file.write_bytes(data)
    done = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(file)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)["streams"]


# Out


# What a JPEG of quality 95 with halved colours makes of them, 12, and a little.
HALVED = 13


@pytest.mark.parametrize("quality,mean", [(95, 3), (45, HALVED + 3)])
def test_a_browser_shows_the_frames(org, written, shown, quality, mean):
    images = scenes()
    seen = shown(written(f"o-avif.quality-{quality}/{org.add(animation(images))['hash']}"))
    assert seen.animated and seen.delays == [100, 200, 50, 1000]
    assert_frames(seen.frames, images, mean)


def test_a_browser_sees_through_the_frames(org, written, shown, tmp_path):
    images = scenes(see_through=True)
    data = written(f"o-avif.quality-95/{org.add(animation(images))['hash']}")
    assert_frames(shown(data).frames, images, 3)
    assert [stream["pix_fmt"] for stream in probed(data, tmp_path)] == ["yuv444p", "gray"]


def test_what_is_opaque_stays_so(org, written, shown, tmp_path):
    """Written as an animation with opacity, of which all is opaque."""
    images = [image.convert("RGBA") for image in scenes()]
    data = written(f"noop/{org.add(animation(images))['hash']}")
    assert len(probed(data, tmp_path)) == 1
    assert all(frame.getextrema()[3] == (255, 255) for frame in shown(data).frames)


@pytest.mark.parametrize("size", [(49, 37), (1, 1), (3, 200), (640, 17)])
def test_any_size(org, written, shown, size):
    images = [Image.new("RGB", size, colour) for colour in pictures.ANIMATION_COLOURS]
    seen = shown(written(f"o-avif.quality-90/{org.add(animation(images))['hash']}"))
    assert [frame.size for frame in seen.frames] == [size] * 4
    assert_frames(seen.frames, images, 4)


@pytest.mark.parametrize("plays", [0, 1, 5])
def test_it_is_played_as_often(org, written, shown, plays):
    data = written(f"noop/{org.add(animation(scenes(), plays))['hash']}")
    assert shown(data).repetitions == (WITHOUT_END if plays == 0 else plays - 1)
    again = org.render(f"/dynamic/noop/{org.add(data)['hash']}.webp")
    assert Image.open(io.BytesIO(again.content)).info["loop"] == plays


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_every_animation_becomes_one(org, written, shown, tmp_path, kind):
    item = org.add(pictures.animation(kind))
    data = written(f"noop/{item['hash']}")
    seen = shown(data)
    assert seen.delays == pictures.ANIMATION_DELAYS
    for frame, wanted in zip(seen.frames, pictures.ANIMATION_COLOURS, strict=True):
        assert pixels.is_near(pixels.colour_at(frame.convert("RGB"), 0.5, 0.5), wanted, 6)
    [stream] = probed(data, tmp_path)
    assert (stream["codec_name"], stream["nb_read_frames"]) == ("av1", "4")
    assert float(stream["duration"]) == pytest.approx(sum(pictures.ANIMATION_DELAYS) / 1000)


def test_delays_too_short_to_be_meant_are_those_of_browsers(org, written, shown):
    """As in films."""
    item = org.add(animation(scenes(), delays=(10, 20, 5, 11)))
    assert shown(written(f"noop/{item['hash']}")).delays == [100, 20, 100, 11]


def test_steps_work_on_every_frame(org, written, shown):
    images = scenes()
    steps = "resize-width-24--crop-width-20-height-10-anchor-center_top--o-avif.quality-95"
    seen = shown(written(f"{steps}/{org.add(animation(images))['hash']}"))
    wanted = [image.resize((24, 18), Image.Resampling.LANCZOS).crop((2, 0, 22, 10)) for image in images]
    assert_frames(seen.frames, wanted, 5)


def test_what_knows_of_no_sequences_shows_the_first_frame(org, written, tmp_path):
    """libheif, whose program goes by the major brand."""
    images = scenes(see_through=True)
    file, picture = tmp_path / "a.avif", tmp_path / "a.png"
    data = written(f"o-avif.quality-95/{org.add(animation(images))['hash']}")
    file.write_bytes(data[:8] + b"avif" + data[12:])
    subprocess.run(["heif-convert", str(file), str(picture)], check=True, capture_output=True, timeout=60)
    assert_frames([Image.open(picture)], images[:1], 3)


def test_its_boxes_are_those_of_the_standards(org, written):
    """Of AVIF 1.1 and of MIAF."""
    data = written(f"noop/{org.add(animation(scenes(see_through=True), 3))['hash']}")
    names = [path for path, *_ in avif.boxes(data)]
    assert [name for name in names if name.count("/") == 1] == ["/ftyp", "/meta", "/moov", "/mdat"]
    brands = avif.content(data, "/ftyp")
    assert brands[:4] == b"avis" and {b"avif", b"avis", b"msf1", b"miaf", b"MA1B"} <= {
        brands[at:at + 4] for at in range(8, len(brands), 4)}
    assert avif.content(data, "/hdlr", 1)[8:12] == b"pict" and avif.content(data, "/hdlr", 2)[8:12] == b"auxv"
    assert avif.content(data, "/tref/auxl") == struct.pack(">I", 1)
    assert avif.content(data, "/stsd/av01/auxi").endswith(b"auxiliary:alpha\0")
    for track in range(2):
        assert len(avif.content(data, "/stsd/av01/ccst", track)) == 8
        assert avif.content(data, "/stsd/av01/av1C", track)[0] == 0x81
        flags, count, once = struct.unpack_from(">IIQ", avif.content(data, "/edts/elst", track))
        [duration] = struct.unpack_from(">Q", avif.content(data, "/tkhd", track), 28)
        assert (flags & 0xffffff, count, once, duration) == (1, 1, 1350, 3 * 1350)


def test_quality_counts(org, written):
    scene = org.add(animation([pictures.scene(120, 80, seed=90 + number).convert("RGB") for number in range(4)]))["hash"]
    sizes = [len(written(f"o-avif.quality-{quality}/{scene}")) for quality in (5, 45, 85)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[2]
    assert len(written(f"noop/{scene}")) == sizes[1]


def test_what_stands_still_takes_hardly_any_bytes(org, written):
    image = pictures.scene(160, 120, seed=95).convert("RGB")
    still = len(written(f"noop/{org.add(pictures.encode(image, 'PNG'))['hash']}"))
    other = image.copy()
    ImageDraw.Draw(other).rectangle((10, 10, 20, 20), fill=(255, 0, 0))
    moving = len(written(f"noop/{org.add(animation([image, other] * 2))['hash']}"))
    assert moving < 2 * still + 2000


def test_a_single_frame_is_a_still(org, written):
    for source in (pictures.encode(scenes()[0], "PNG"), pictures.encode(scenes()[0], "GIF")):
        assert avif.content(written(f"noop/{org.add(source)['hash']}"), "/ftyp").startswith(b"avif")


def test_autoformat_leaves_animations_to_webp(org):
    hash_ = org.add(animation(scenes()))["hash"]
    for format_, wanted in (("gif", "image/webp"), ("jpg", "image/webp"), ("avif", "image/avif")):
        answer = org.render(f"/dynamic/o-autoformat-true/{hash_}.{format_}", headers={"Accept": "image/avif,image/webp"})
        assert answer.headers["Content-Type"] == wanted


# In


def moving(org, data: bytes, stack: str = LOSSLESS) -> tuple[list[Image.Image], list[int]]:
    item = org.add(data, "a.avif")
    assert (item["format"], item["mimetype"], item["animated"]) == ("avif", "image/avif", True)
    answer = org.render(f"/dynamic/{stack}/{item['hash']}.webp")
    assert answer.status_code == 200, answer.text
    return frames_of(answer.content)


@pytest.mark.parametrize("options", [[], ["-vf", "scale=out_range=full", "-color_range", "pc"], ["-pix_fmt", "yuv420p"],
                                     ["-pix_fmt", "yuv444p10le"]], ids=["narrow", "whole", "halved", "ten bits"])
def test_frames_are_those_that_chromium_shows(org, shown, options):
    images = scenes()
    data = avif.made(images, *options)
    found, delays = moving(org, data)
    assert delays == [100] * 4
    if "pc" not in options:  # Chromium takes the whole range for the narrow one
        assert_frames(found, shown(data).frames, 4 if "yuv420p" in options else 0.8)
    assert_frames(found, images, HALVED if "yuv420p" in options else 2)


def test_opacity_comes_from_its_track(org, shown):
    images = scenes(see_through=True)
    data = avif.made(images, opacity=True)
    found, _ = moving(org, data)
    assert_frames(found, shown(data).frames, 0.8)
    assert_frames(found, images, 4)
    assert org.add(data)["opaque"] is False and org.add(avif.made(scenes()))["opaque"] is True


def test_greys(org):
    images = [image.convert("L") for image in scenes()]
    assert_frames(moving(org, avif.made(images, "-pix_fmt", "gray"))[0], images, 4)


@pytest.mark.parametrize("rate,wanted", [("8", [125] * 4), ("3", [333, 334, 333, 333]), ("1000/70", [70] * 4)])
def test_delays(org, rate, wanted):
    """Their sums are rounded."""
    delays = moving(org, avif.made(scenes(), rate=rate))[1]
    assert sum(delays) == sum(wanted) and sorted(delays) == sorted(wanted)


def test_every_output_that_moves_moves(org, tmp_path):
    hash_ = org.add(avif.made(scenes()))["hash"]
    gif = Image.open(io.BytesIO(org.render(f"/dynamic/noop/{hash_}.gif").content))
    assert (gif.n_frames, gif.size) == (4, SIZE)
    for format_ in ("mp4", "webm", "avif"):
        [stream] = probed(org.render(f"/dynamic/noop/{hash_}.{format_}").content, tmp_path)
        assert stream["nb_read_frames"] == "4", format_


@pytest.mark.parametrize("format_", ["png", "jpg", "tiff", "heif"])
def test_what_does_not_move_is_the_first_frame(org, format_):
    images = scenes()
    hash_ = org.add(avif.made(images))["hash"]
    answer = org.render(f"/dynamic/noop--o-jpg.quality-95--o-heif.quality-95/{hash_}.{format_}")
    image = pixels.open_picture(answer.content)
    assert getattr(image, "n_frames", 1) == 1
    pixels.assert_alike(image.convert("RGB"), images[0], 6)


def test_steps_work_on_its_frames(org):
    images = scenes()
    found, _ = moving(org, avif.made(images), "resize-width-24--rotate-angle-90--o-webp.quality-100")
    wanted = [image.resize((24, 18), Image.Resampling.LANCZOS).transpose(Image.Transpose.ROTATE_270) for image in images]
    assert_frames(found, wanted, 6)


@pytest.mark.parametrize("curve", ["smpte2084", "arib-std-b67"])
def test_colours_brighter_than_white_are_those_of_a_still(org, curve):
    """Of the same picture, which is libheif's to read."""
    options = ["-pix_fmt", "yuv444p10le", "-color_primaries", "bt2020", "-color_trc", curve, "-colorspace", "bt2020nc"]
    images = scenes()
    still = org.add(avif.made(images[:1], "-still-picture", "1", *options))
    assert still["animated"] is False
    found, _ = moving(org, avif.made(images, *options))
    wanted = pixels.open_picture(org.render(f"/dynamic/noop/{still['hash']}.png").content)
    assert_frames(found[:1], [wanted], 1.5)


@pytest.mark.parametrize("brand", [b"avif", b"mif1"])
def test_what_browsers_show_as_a_still_is_one(org, brand):
    data = avif.made(scenes())
    item = org.add(data[:8] + brand + data[12:])
    assert (item["format"], item["animated"]) == ("avif", False)


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("mirror", [None, 0, 1])
def test_turned_ones_are_shown_upright(org, shown, turn, mirror):
    """ISO/IEC 23008-12: irot turns against the clock, then imir exchanges top and bottom (0), or left and right (1)."""
    images = [pictures.quadrants(*SIZE).convert("RGB"), pictures.quadrants(*SIZE).convert("RGB").rotate(180)]
    properties = struct.pack(">I4sB", 9, b"irot", turn)
    wanted = [image.rotate(90 * turn, expand=True) for image in images]
    if mirror is not None:
        properties += struct.pack(">I4sB", 9, b"imir", mirror)
        way = Image.Transpose.FLIP_LEFT_RIGHT if mirror else Image.Transpose.FLIP_TOP_BOTTOM
        wanted = [image.transpose(way) for image in wanted]
    data = avif.with_properties(avif.made(images), properties)
    found, _ = moving(org, data)
    assert found[0].size == wanted[0].size
    assert_frames(found, shown(data).frames, 0.8)
    assert_frames(found, wanted, 6)


@pytest.mark.parametrize("flags,count,once,duration,wanted", [
    (1, 1, 400, 1200, 3), (1, 1, 400, 1201, 4), (1, 1, 400, 0xffffffff, 0), (0, 1, 400, 400, 1)])
def test_it_is_played_as_often_as_its_edits_say(org, written, shown, flags, count, once, duration, wanted):
    data = written(f"noop/{org.add(animation(scenes(), 1))['hash']}")
    whole = (1 << 64) - 1 if duration == 0xffffffff else duration
    for track in range(1):
        data = avif.replaced(data, "/elst", lambda box: struct.pack(">IIQ", 1 << 24 | flags, count, once) + box[16:], track)
        data = avif.replaced(data, "/tkhd", lambda box: box[:28] + struct.pack(">Q", whole) + box[36:], track)
    assert shown(data).repetitions == (WITHOUT_END if wanted == 0 else wanted - 1)
    answer = org.render(f"/dynamic/noop/{org.add(data)['hash']}.webp")
    assert Image.open(io.BytesIO(answer.content)).info["loop"] == wanted


def test_without_edits_it_is_played_without_end(org, shown):
    data = avif.made(scenes())
    assert shown(data).repetitions == WITHOUT_END
    answer = org.render(f"/dynamic/noop/{org.add(data)['hash']}.webp")
    assert Image.open(io.BytesIO(answer.content)).info["loop"] == 0


# What is refused


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_one_that_is_cut_off(new_org, part):
    data = avif.made(scenes((96, 72)))
    assert_error(new_org.upload(data[:int(part * len(data))]), 422)


def test_a_damaged_frame(new_org):
    data = avif.made(scenes((96, 72)))
    _, begin, end = avif.boxes(data)[-1]
    middle = (begin + end) // 2
    assert_error(new_org.upload(data[:middle] + bytes(end - middle)), 422)


@pytest.mark.parametrize("size", [(47, 36), (48, 35), (4800, 3600)])
def test_frames_of_another_size_than_it_says(new_org, size):
    data = avif.replaced(avif.made(scenes()), "/stsd/av01", lambda box: box[:24] + struct.pack(">HH", *size) + box[28:])
    assert_error(new_org.upload(data), 422)


def test_more_frames_than_are_allowed(new_org):
    """They are counted before any is decoded."""
    def many(box: bytes) -> bytes:
        return box[:4] + struct.pack(">II", 1, 100_000) + box[12:]

    data = avif.replaced(avif.made(scenes()), "/stsz", many) + bytes(200_000)
    answer = new_org.upload(data)
    assert_error(answer, 413)
    assert "1000" in answer.json()["message"]


def test_more_pixels_than_are_allowed(new_org):
    data = avif.replaced(avif.made(scenes()), "/stsd/av01", lambda box: box[:24] + b"\xff\xff\xff\xff" + box[28:])
    assert_error(new_org.upload(data), 413)


@pytest.mark.parametrize("box,change", [
    ("/stsc", lambda box: box[:8] + struct.pack(">III", 1, 0, 1) + box[20:]),
    ("/stsc", lambda box: box[:8] + struct.pack(">III", 7, 1, 1) + box[20:]),
    ("/stco", lambda box: box[:8] + b"\xff\xff\xff\xff" + box[12:]),
    ("/stsz", lambda box: box[:12] + bytes(4) + box[16:]),
    ("/stsz", lambda box: box[:8] + b"\xff\xff\xff\xff" + box[12:]),
    ("/stts", lambda box: box[:8] + struct.pack(">II", 1, 1000) + box[16:]),
    ("/mdhd", lambda box: box[:12] + bytes(4) + box[16:]),
    ("/hdlr", lambda box: box.replace(b"pict", b"soun")),
], ids=["empty chunks", "no first chunk", "frames elsewhere", "an empty frame", "frames without number", "few delays",
        "no clock", "sound"])
def test_what_contradicts_itself(new_org, box, change):
    number = 1 if box == "/hdlr" else 0
    assert_error(new_org.upload(avif.replaced(avif.made(scenes()), box, change, number)), 422)
