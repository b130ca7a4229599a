"""JPEG XLs that move, in and out: as libjxl's own programs and FFmpeg's see them."""

import io
import json
import subprocess
from functools import partial

import pytest
from PIL import Image, ImageDraw

from harness import animations, color_files, decoders, exiftool, hostile_pictures, jxl, pictures, pixels, vips
from harness.animations import DELAYS, SIZE, assert_frames, frames_of
from harness.animations import webp as animation
from harness.errors import assert_error

LOSSLESS = "noop--o-webp.quality-100--o-optim.disable_all-true"
scenes = partial(animations.scenes, 130)


@pytest.fixture
def written(org):
    def render(path: str) -> bytes:
        answer = org.render(f"/dynamic/{path}.jxl")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "image/jxl"
        return answer.content

    return render


# Out


def test_djxl_shows_the_frames(org, written):
    images = scenes()
    seen = jxl.Shown(written(f"o-jxl.quality-100/{org.add(animation(images))['hash']}"))
    assert (seen.mode, seen.delays) == ("RGB", DELAYS)
    assert_frames(seen.frames, images, 0)


@pytest.mark.parametrize("quality", [1, 4, 30, 70, 95])
def test_a_quality_means_what_it_means_for_stills(org, written, quality):
    images = scenes()
    stack = f"o-jxl.quality-{quality}--o-optim.disable_all-true"
    stills = [decoders.decode(written(f"{stack}/{org.add(pictures.encode(image, 'PNG'))['hash']}"), "jxl")
              for image in images]
    assert_frames(jxl.Shown(written(f"{stack}/{org.add(animation(images))['hash']}")).frames, stills, 0.1)


def test_the_usual_quality_is_that_of_stills(org, written):
    hash_ = org.add(animation(scenes()))["hash"]
    assert written(f"noop/{hash_}") == written(f"o-jxl.quality-70/{hash_}")


def test_djxl_sees_through_the_frames(org, written):
    images = scenes(see_through=True)
    hash_ = org.add(animation(images))["hash"]
    seen = jxl.Shown(written(f"o-jxl.quality-100/{hash_}"))
    assert seen.mode == "RGBA"
    assert_frames(seen.frames, images, 0)
    assert_frames(jxl.Shown(written(f"o-jxl.quality-95/{hash_}")).frames, images, 4)


def test_what_is_opaque_has_no_opacity(org, written):
    """Written as an animation with opacity, of which all is opaque."""
    images = [image.convert("RGBA") for image in scenes()]
    assert jxl.Shown(written(f"noop/{org.add(animation(images))['hash']}")).mode == "RGB"


@pytest.mark.parametrize("size", [(49, 37), (1, 1), (3, 200), (640, 17)])
def test_any_size(org, written, size):
    images = [Image.new("RGB", size, colour) for colour in pictures.ANIMATION_COLOURS]
    seen = jxl.Shown(written(f"o-jxl.quality-90/{org.add(animation(images))['hash']}"))
    assert [frame.size for frame in seen.frames] == [size] * 4
    assert_frames(seen.frames, images, 4)


@pytest.mark.parametrize("plays", [0, 1, 5])
def test_it_is_played_as_often(org, written, plays):
    data = written(f"noop/{org.add(animation(scenes(), plays))['hash']}")
    assert jxl.Shown(data).plays == plays
    again = org.render(f"/dynamic/noop/{org.add(data)['hash']}.webp")
    assert Image.open(io.BytesIO(again.content)).info["loop"] == plays


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_every_animation_becomes_one(org, written, kind):
    seen = jxl.Shown(written(f"o-jxl.quality-90/{org.add(pictures.animation(kind))['hash']}"))
    assert seen.delays == pictures.ANIMATION_DELAYS
    for frame, wanted in zip(seen.frames, pictures.ANIMATION_COLOURS, strict=True):
        assert pixels.is_near(pixels.colour_at(frame.convert("RGB"), 0.5, 0.5), wanted, 6)


def test_delays_too_short_to_be_meant_are_those_of_browsers(org, written):
    item = org.add(animation(scenes(), delays=(10, 20, 5, 11)))
    assert jxl.Shown(written(f"noop/{item['hash']}")).delays == [100, 20, 100, 11]


def test_steps_work_on_every_frame(org, written):
    images = scenes()
    steps = "resize-width-24--crop-width-20-height-10-anchor-center_top--o-jxl.quality-100"
    seen = jxl.Shown(written(f"{steps}/{org.add(animation(images))['hash']}"))
    wanted = [image.resize((24, 18), Image.Resampling.LANCZOS).crop((2, 0, 22, 10)) for image in images]
    assert_frames(seen.frames, wanted, 4)


def test_greys_without_colour_are_one_channel(org, written):
    images = scenes()
    seen = jxl.Shown(written(f"grayscale--o-jxl.quality-100/{org.add(animation(images))['hash']}"))
    assert (seen.mode, len(seen.frames)) == ("L", 4)


def test_quality_counts(org, written):
    scene = org.add(animation([pictures.scene(120, 80, seed=140 + number).convert("RGB") for number in range(4)]))["hash"]
    sizes = [len(written(f"o-jxl.quality-{quality}/{scene}")) for quality in (5, 45, 70, 90)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[3]


def test_a_single_frame_is_a_still(org, written):
    for source in (pictures.encode(scenes()[0], "PNG"), pictures.encode(scenes()[0], "GIF")):
        seen = jxl.Shown(written(f"noop/{org.add(source)['hash']}"))
        assert len(seen.frames) == 1 and seen.plays is None


def test_autoformat_leaves_animations_to_webp(org):
    hash_ = org.add(animation(scenes()))["hash"]
    takes_both = "image/jxl,image/webp"
    for format_, accept, wanted in (("gif", takes_both, "webp"), ("jpg", takes_both, "webp"), ("png", takes_both, "webp"),
                                    ("gif", "image/jxl", "gif"), ("jpg", "image/jxl", "jpeg"), ("png", "image/jxl", "png"),
                                    ("jxl", takes_both, "jxl")):
        answer = org.render(f"/dynamic/o-autoformat-true/{hash_}.{format_}", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == f"image/{wanted}", (format_, accept)


def test_at_most_so_many_bytes(org, written):
    hash_ = org.add(animation(scenes((120, 80))))["hash"]
    most = len(written(f"noop/{hash_}")) * 3 // 4
    small = written(f"o-max_bytes-{most}/{hash_}")
    assert len(small) <= most
    assert jxl.Shown(small).delays == DELAYS


def test_it_says_whose_it_is(org, written):
    moving = exiftool.written(animation(scenes(), 2), ".webp", "IFD0:Artist=me", "XMP-dc:Rights=mine")
    data = written(f"o-keep.copyright-true--o-jxl.quality-100/{org.add(moving)['hash']}")
    found = exiftool.read(data, ".jxl")
    assert (found["IFD0:Artist"], found["XMP-dc:Rights"]) == ("me", "mine")
    seen = jxl.Shown(data)
    assert (seen.delays, seen.plays) == (DELAYS, 2)
    assert_frames(seen.frames, scenes(), 0)


# In


def moving(org, data: bytes, stack: str = LOSSLESS) -> tuple[list[Image.Image], list[int]]:
    item = org.add(data, "a.jxl")
    assert (item["format"], item["mimetype"], item["animated"]) == ("jxl", "image/jxl", True)
    answer = org.render(f"/dynamic/{stack}/{item['hash']}.webp")
    assert answer.status_code == 200, answer.text
    return frames_of(answer.content)


@pytest.mark.parametrize("options,mean", [(("-d", "0"), 0), (("-d", "1"), 13), (("-d", "3", "-e", "3"), 18)],
                         ids=["without loss", "with losses", "with more"])
def test_frames_are_those_that_djxl_shows(org, options, mean):
    images = scenes()
    data = jxl.made(images, *options)
    found, delays = moving(org, data)
    assert delays == DELAYS
    assert_frames(found, jxl.Shown(data).frames, 0.5)
    assert_frames(found, images, mean)


def test_opacity(org):
    images = scenes(see_through=True)
    data = jxl.made(images)
    found, _ = moving(org, data)
    assert_frames(found, jxl.Shown(data).frames, 0.1)
    assert_frames(found, images, 0.1)
    assert org.add(data)["opaque"] is False and org.add(jxl.made(scenes()))["opaque"] is True


def test_greys(org):
    images = [image.convert("L") for image in scenes()]
    assert_frames(moving(org, jxl.made(images))[0], images, 0.1)


def test_frames_that_change_a_part_of_the_picture(org):
    """As those of a GIF do, each is laid over those before it."""
    images = [pictures.scene(*SIZE, seed=150).convert("RGB")]
    for number in range(3):
        images.append(images[-1].copy())
        ImageDraw.Draw(images[-1]).rectangle((10 * number, 5, 10 * number + 6, 15), fill=pictures.ANIMATION_COLOURS[number])
    first = images[-1].quantize(64)
    first, *others = [image.quantize(palette=first, dither=Image.Dither.NONE) for image in images]
    gif = pictures.encode(first, "GIF", save_all=True, append_images=others, duration=100, disposal=1)
    data = color_files.jxl_of(gif, ".gif")
    assert len(data) < len(color_files.jxl_of(pictures.encode(first, "GIF"), ".gif")) * 2, "parts were written"
    assert_frames(moving(org, data)[0], frames_of(gif)[0], 0.1)


def test_those_of_a_gif(org):
    """Whose clock has a hundred ticks a second."""
    gif = pictures.animation("GIF")
    found, delays = moving(org, color_files.jxl_of(gif, ".gif"))
    assert delays == pictures.ANIMATION_DELAYS
    assert_frames(found, frames_of(gif)[0], 0.1)


@pytest.mark.parametrize("delays", [(33, 67, 100, 900), (1, 2, 3, 4), (5000, 20_000, 40, 65_535)])
def test_delays(org, delays):
    hash_ = org.add(jxl.made(scenes(), delays=delays))["hash"]
    found = jxl.Shown(org.render(f"/dynamic/noop/{hash_}.jxl").content).delays
    assert found == [delay if delay > 10 else 100 for delay in delays]


def test_every_output_that_moves_moves(org, tmp_path):
    hash_ = org.add(jxl.made(scenes()))["hash"]
    gif = Image.open(io.BytesIO(org.render(f"/dynamic/noop/{hash_}.gif").content))
    assert (gif.n_frames, gif.size) == (4, SIZE)
    for format_ in ("mp4", "webm", "avif"):
        file = tmp_path / f"a.{format_}"
        file.write_bytes(org.render(f"/dynamic/noop/{hash_}.{format_}").content)
        done = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(file)],
                              capture_output=True, text=True, timeout=60, check=True)
        assert [stream["nb_read_frames"] for stream in json.loads(done.stdout)["streams"]] == ["4"], format_
    assert jxl.Shown(org.render(f"/dynamic/noop/{hash_}.jxl").content).delays == DELAYS


@pytest.mark.parametrize("format_", ["png", "jpg", "tiff", "heif"])
def test_what_does_not_move_is_the_first_frame(org, format_):
    images = scenes()
    hash_ = org.add(jxl.made(images))["hash"]
    answer = org.render(f"/dynamic/noop--o-jpg.quality-95--o-heif.quality-95/{hash_}.{format_}")
    image = pixels.open_picture(answer.content)
    assert getattr(image, "n_frames", 1) == 1
    pixels.assert_alike(image.convert("RGB"), images[0], 6)


def test_steps_work_on_its_frames(org):
    images = scenes()
    found, _ = moving(org, jxl.made(images), "resize-width-24--rotate-angle-90--o-webp.quality-100")
    wanted = [image.resize((24, 18), Image.Resampling.LANCZOS).transpose(Image.Transpose.ROTATE_270) for image in images]
    assert_frames(found, wanted, 6)


@pytest.mark.parametrize("color_space", ["RGB_D65_DCI_Rel_SRG", "RGB_D65_202_Rel_PeQ", "RGB_D65_202_Rel_HLG",
                                         "RGB_D65_SRG_Rel_Lin"])
@pytest.mark.parametrize("distance", ["0", "0.5"])
def test_colours_are_those_of_stills(org, color_space, distance):
    """Of the same pictures, which were never animations."""
    options = ("-d", distance, "-x", f"color_space={color_space}")
    images = scenes()
    found, _ = moving(org, jxl.made(images, *options))
    stills = []
    for image in images:
        item = org.add(jxl.made([image], *options))
        assert item["animated"] is False
        stills.append(pixels.open_picture(org.render(f"/dynamic/noop/{item['hash']}.png").content))
    assert_frames(found, stills, 1.5)


def test_pages_are_a_still(org):
    """What is not shown for a time is turned over by hand."""
    images = scenes()
    tiff = pictures.encode(images[0], "TIFF", save_all=True, append_images=images[1:])
    data = vips.convert(tiff, ".jxl", load="[n=-1]", save=("jxlsave", "--lossless"))
    item = org.add(data)
    assert (item["format"], item["animated"]) == ("jxl", False)
    assert (item["width"], item["height"]) == SIZE
    for format_ in ("png", "webp"):
        image = pixels.open_picture(org.render(f"/dynamic/noop--o-webp.quality-100/{item['hash']}.{format_}").content)
        assert getattr(image, "n_frames", 1) == 1
        pixels.assert_alike(image.convert("RGB"), images[0], 0.1)


# What is refused


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_one_that_is_cut_off(new_org, part):
    data = jxl.made(scenes((96, 72)))
    assert_error(new_org.upload(data[:int(part * len(data))]), 422)


def test_damaged_frames(new_org):
    data = jxl.made(scenes((96, 72)))
    assert_error(new_org.upload(data[:len(data) // 2] + bytes(len(data) - len(data) // 2)), 422)


def test_more_frames_than_are_allowed(new_org):
    """A million; they are counted before any is decoded."""
    answer = new_org.upload(hostile_pictures.jxl_of_frames(1_000_000))
    assert_error(answer, 413)
    assert "1000" in answer.json()["message"]
    assert "render.max_source_frames" in answer.json()["message"]


def test_as_many_as_are_allowed(org):
    item = org.add(hostile_pictures.jxl_of_frames(1000))
    assert item["animated"] is True
    assert len(jxl.Shown(org.render(f"/dynamic/noop/{item['hash']}.jxl").content).frames) == 1000


def test_many_large_frames(new_org):
    """Frames times pixels count: each frame alone is harmless."""
    answer = new_org.upload(hostile_pictures.jxl_of_frames(900, 600, 600))
    assert_error(answer, 413)
    assert "225000000" in answer.json()["message"]


@pytest.mark.parametrize("side", [16_000, 1 << 18, 1 << 30])
def test_more_pixels_than_are_allowed(new_org, side):
    answer = new_org.upload(hostile_pictures.jxl_of_size(hostile_pictures.jxl_of_frames(3), side, side))
    assert_error(answer, 413)
    assert "225000000" in answer.json()["message"]
