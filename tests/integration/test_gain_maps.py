"""Files with a second picture beside the first: gain maps (Ultra HDR, ISO 21496-1), depth maps, several views (MPO). Renders show
the first, or the one that the file calls primary, and nothing of the other is left in them: a viewer would lay the gain map
of the whole picture over a part of it."""

import io

import pytest
from PIL import Image

from harness import decoders, gain_maps, pictures, pixels, vips

SIZE = (400, 300)
FORMATS = ["jpg", "webp", "avif", "png", "jxl", "tiff", "heif"]
APPLE_GAIN_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap"
DEPTH_MAP = b"urn:mpeg:hevc:2015:auxid:2"
STACKS = {
    "as it is": "noop",
    "resized": "resize-width-160",
    "cropped": "crop-width-150-height-120-anchor-left_top",
    "turned": "rotate-angle-90",
    "every option that writes more": "noop--o-dpi-300-interlacing.mode-plane",
    "made smaller": "resize-width-160--o-optim.immediate-true",
}
FEW_BYTES = "resize-width-160--o-max_bytes-6000"


def scene() -> Image.Image:
    return pictures.scene(*SIZE, seed=77)


def gain_map() -> Image.Image:
    return Image.linear_gradient("L").resize((SIZE[0] // 2, SIZE[1] // 2))


def base() -> bytes:
    return pictures.encode(scene(), "JPEG", quality=92)


def render(org, path) -> bytes:
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def added(org, data: bytes, name: str, size=SIZE) -> str:
    item = org.add(data, name)
    assert (item["width"], item["height"], item["animated"]) == (*size, False)
    return item["hash"]


def assert_nothing_is_left(data: bytes) -> None:
    assert [trace for trace in gain_maps.TRACES if trace in data] == []
    if data.startswith(b"\xff\xd8"):
        assert gain_maps.jpegs_in(data) == 1
        image = Image.open(io.BytesIO(data))
        assert image.format == "JPEG" and not image.info.keys() & {"mp", "exif", "xmp"}


@pytest.fixture(scope="module")
def hashes(org):
    return {"base": added(org, base(), "base.jpg"), "ultra": added(org, gain_maps.ultra_hdr(base(), gain_map()), "ultra.jpg")}


def test_the_test_file_is_what_others_take_for_one():
    data = gain_maps.ultra_hdr(base(), gain_map())
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.n_frames) == ("MPO", 2)
    entries = image.mpinfo[0xB002]
    second = data[data.index(b"MPF\0") + 4 + entries[1]["DataOffset"]:]
    assert entries[0]["Size"] + entries[1]["Size"] == len(data) and len(second) == entries[1]["Size"]
    assert Image.open(io.BytesIO(second)).size == gain_map().size
    assert gain_maps.jpegs_in(data) == 2
    assert {b"MPF\0", b"hdrgm", b"urn:iso:std:iso:ts:21496"} <= {trace for trace in gain_maps.TRACES if trace in data}


def assert_is_the_base(org, hashes, stack, format_):
    found = render(org, f"/dynamic/{stack}/{hashes['ultra']}.{format_}")
    assert found == render(org, f"/dynamic/{stack}/{hashes['base']}.{format_}"), "to the byte"
    assert_nothing_is_left(found)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("stack", STACKS)
def test_an_ultra_hdr_jpeg_is_its_base(org, hashes, stack, format_):
    assert_is_the_base(org, hashes, STACKS[stack], format_)


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif"])
def test_so_it_is_in_few_bytes(org, hashes, format_):
    assert_is_the_base(org, hashes, FEW_BYTES, format_)


def test_what_is_shown_is_the_base_as_others_decode_it(org, hashes):
    found = decoders.decode(render(org, f"/dynamic/noop/{hashes['ultra']}.png"), "png")
    pixels.assert_alike(found, Image.open(io.BytesIO(base())), 0.5, largest=4)


def test_the_uploaded_file_keeps_what_it_has(org, hashes):
    org.stack("original", source_file=True)
    assert render(org, f"/original/{hashes['ultra']}.jpg") == gain_maps.ultra_hdr(base(), gain_map())


def test_a_gain_map_that_is_cut_off_costs_nothing(org, hashes):
    whole = gain_maps.ultra_hdr(base(), gain_map())
    cut = added(org, whole[:-200], "cut.jpg")
    assert render(org, f"/dynamic/noop/{cut}.png") == render(org, f"/dynamic/noop/{hashes['base']}.png")


def test_of_several_views_the_first_is_shown(org):
    other = pictures.scene(*SIZE, seed=78)
    stereo = pictures.encode(scene(), "MPO", save_all=True, append_images=[other], quality=92)
    assert Image.open(io.BytesIO(stereo)).n_frames == 2
    image = added(org, stereo, "stereo.mpo")
    for format_ in ("jpg", "png", "webp"):
        found = render(org, f"/dynamic/noop/{image}.{format_}")
        assert_nothing_is_left(found)
        pixels.assert_alike(decoders.decode(found, format_), scene(), 5)


@pytest.fixture(scope="module", params=[".heic", ".avif"])
def two(request):
    return gain_maps.two_in_one(scene(), gain_map().convert("RGB"), request.param), request.param


@pytest.mark.parametrize("make", [
    lambda data: gain_maps.with_auxiliary(data, APPLE_GAIN_MAP),
    lambda data: gain_maps.with_auxiliary(data, DEPTH_MAP),
    gain_maps.with_tone_map,
    lambda data: data,
], ids=["gain map of a phone", "depth map of a portrait", "tone-mapped item", "two pictures"])
def test_of_a_heif_file_the_primary_item_is_shown(org, two, make):
    data, suffix = two
    image = added(org, make(data), f"a{suffix}")
    for format_ in ("jpg", "webp", "avif", "png"):
        found = render(org, f"/dynamic/noop/{image}.{format_}")
        assert_nothing_is_left(found)
        pixels.assert_alike(pixels.open_picture(found), scene(), 6)
    small = render(org, f"/dynamic/crop-width-150-height-120-anchor-left_top/{image}.png")
    pixels.assert_alike(small, scene().crop((0, 0, 150, 120)), 6)


def test_the_primary_item_need_not_be_the_first(org, two):
    data, suffix = two
    image = added(org, gain_maps.with_second_primary(data), f"a{suffix}", gain_map().size)
    pixels.assert_alike(render(org, f"/dynamic/noop/{image}.png"), gain_map(), 6)


def test_a_gain_map_of_a_jpeg_xl_file_is_left_out(org):
    plain = vips.convert(pictures.encode(scene(), "PNG"), ".jxl")
    image = added(org, gain_maps.with_jxl_box(plain), "a.jxl")
    for format_ in ("jxl", "jpg", "png"):
        found = render(org, f"/dynamic/noop/{image}.{format_}")
        assert_nothing_is_left(found)
        pixels.assert_alike(decoders.decode(found, format_), scene(), 6)
