"""BMP, icons, cursors and Photoshop files as sources: what they show is what other programs show of them."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from harness import bitmaps, color_files, pictures, pixels
from harness.errors import assert_error

SCENE = pictures.scene(61, 37, seed=51)  # no side is a multiple of anything
CLEAR = SCENE.copy()
CLEAR.putalpha(Image.linear_gradient("L").rotate(90).resize(SCENE.size))
RGBA_MASKS = (*bitmaps.RGB_MASKS, 0xff000000)
MASKS_565 = (0xf800, 0x07e0, 0x001f)


def palette_image(colors: int) -> Image.Image:
    return SCENE.quantize(colors)


def in_palette(bits: int, **options) -> bytes:
    rows, palette = bitmaps.numbered(palette_image(1 << bits), bits)
    return bitmaps.bmp(SCENE.size, bits, rows, palette=palette, **options)


def in_masks(image: Image.Image, bits: int, masks: tuple, **options) -> bytes:
    return bitmaps.bmp(image.size, bits, bitmaps.masked(image, bits, masks), masks=masks,
                       compression=options.pop("compression", 3), **options)


def by_pillow(data: bytes, mode: str = "RGB") -> Image.Image:
    return Image.open(io.BytesIO(data)).convert(mode)


def runs_of(image: Image.Image, bits: int) -> bytes:
    """Runs and literals as they come, each row with its end."""
    values, out = list(image.getdata()), b""
    for y in reversed(range(image.height)):
        row, at = values[y * image.width:(y + 1) * image.width], 0
        while at < len(row):
            run = 1
            while at + run < len(row) and run < 255 and row[at + run] == row[at]:
                run += 1
            literal = row[at:at + 5]
            if run < 3 and len(literal) == 5:
                both = literal if bits == 8 else [literal[0] << 4 | literal[1], literal[2] << 4 | literal[3], literal[4] << 4]
                out += bytes((0, 5, *both)) + bytes(len(both) % 2)
                at += 5
            else:
                out += bytes((run, row[at] if bits == 8 else row[at] << 4 | row[at]))
                at += run
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def shown(org, data: bytes, name: str = "a.bmp") -> tuple[dict, Image.Image]:
    answer = org.upload((name, data))
    assert answer.status_code in (200, 201), answer.text
    item = answer.json()["items"][0]
    render = org.render(f"/dynamic/noop/{item['hash']}.png")
    assert render.status_code == 200, render.text
    return item, pixels.open_picture(render.content)


# BMP

BMPS = {
    "24 bits, by Pillow": (pictures.encode(SCENE, "BMP"), SCENE),
    "8 bits, by Pillow": (pictures.encode(palette_image(256), "BMP"), palette_image(256)),
    "grey, by Pillow": (pictures.encode(SCENE.convert("L"), "BMP"), SCENE.convert("L")),
    "1 bit, by Pillow": (pictures.encode(SCENE.convert("1"), "BMP"), SCENE.convert("1")),
    "1 bit": (in_palette(1), palette_image(2)),
    "2 bits": (in_palette(2), palette_image(4)),
    "4 bits": (in_palette(4), palette_image(16)),
    "8 bits": (in_palette(8), palette_image(256)),
    "8 bits of OS/2": (in_palette(8, header=12), palette_image(256)),
    "4 bits of OS/2 2": (in_palette(4, header=64), palette_image(16)),
    "4 bits of OS/2 2, short": (in_palette(4, header=16), palette_image(16)),
    "8 bits, from the top": (in_palette(8, top_down=True), palette_image(256)),
    "24 bits of OS/2": (bitmaps.bmp(SCENE.size, 24, bitmaps.direct(SCENE), header=12), SCENE),
    "24 bits, from the top": (bitmaps.bmp(SCENE.size, 24, bitmaps.direct(SCENE), top_down=True), SCENE),
    "24 bits of version 5": (bitmaps.bmp(SCENE.size, 24, bitmaps.direct(SCENE), header=124), SCENE),
    "32 bits": (in_masks(SCENE, 32, bitmaps.RGB_MASKS, compression=0), SCENE),
    "32 bits in masks": (in_masks(SCENE, 32, bitmaps.RGB_MASKS), SCENE),
    "32 bits in odd masks": (in_masks(SCENE, 32, (0xff, 0xff0000, 0xff000000)), SCENE),
    "32 bits, ten a colour": (in_masks(SCENE, 32, (0x3ff00000, 0xffc00, 0x3ff), header=108), SCENE),
    "32 bits whose last byte means nothing": (bitmaps.bmp(SCENE.size, 32, bitmaps.masked(CLEAR, 32, RGBA_MASKS)), SCENE),
    "run lengths of 8 bits": (bitmaps.bmp(SCENE.size, 8, runs_of(palette_image(32), 8), compression=1,
                                          palette=bitmaps.numbered(palette_image(32), 8)[1]), palette_image(32)),
    "run lengths of 4 bits": (bitmaps.bmp(SCENE.size, 4, runs_of(palette_image(16), 4), compression=2,
                                          palette=bitmaps.numbered(palette_image(16), 4)[1]), palette_image(16)),
}


@pytest.mark.parametrize("name", BMPS)
def test_a_bmp_is_shown_pixel_by_pixel(org, name):
    data, wanted = BMPS[name]
    item, image = shown(org, data)
    assert (item["format"], item["mimetype"], item["width"], item["height"]) == ("bmp", "image/bmp", *SCENE.size)
    assert item["opaque"] is True and item["animated"] is False
    pixels.assert_alike(image, wanted, 0, 0)


@pytest.mark.parametrize("masks", [(0x7c00, 0x3e0, 0x1f), MASKS_565, (0xf00, 0xf0, 0xf)], ids=["555", "565", "444"])
def test_few_bits_are_spread_over_all_of_the_range(org, masks):
    _, image = shown(org, in_masks(SCENE, 16, masks))
    pixels.assert_alike(image, SCENE, 5, 9)
    ends = Image.new("RGB", (2, 1))
    ends.putpixel((1, 0), (255, 255, 255))
    _, image = shown(org, in_masks(ends, 16, masks))
    assert list(image.convert("RGB").getdata()) == [(0, 0, 0), (255, 255, 255)]


@pytest.mark.parametrize("header,compression", [(124, 3), (108, 3), (108, 0), (56, 3), (40, 6)])
def test_opacity_counts_where_the_header_knows_of_it(org, header, compression):
    data = bitmaps.bmp(CLEAR.size, 32, bitmaps.masked(CLEAR, 32, RGBA_MASKS), masks=RGBA_MASKS, header=header,
                       compression=compression)
    item, image = shown(org, data)
    assert item["opaque"] is False
    pixels.assert_alike(image.convert("RGBa"), CLEAR.convert("RGBa"), 0, 0, mode="RGBa")


def test_a_profile_in_a_bmp_counts(org):
    color = Image.new("RGB", (8, 8), (200, 60, 60))
    profile = color_files.known_profile("p3")
    _, image = shown(org, bitmaps.bmp(color.size, 24, bitmaps.direct(color), header=124, profile=profile))
    _, wanted = shown(org, pictures.encode(color, "PNG", icc_profile=profile))
    pixels.assert_alike(image, wanted, 0, 0)
    assert pixels.difference(image, color)[0] > 3


def test_a_profile_in_a_psd_counts(org):
    profile = color_files.known_profile("p3")
    _, image = shown(org, psd_of(SCENE, resources=bitmaps.resource(1039, profile)))
    _, wanted = shown(org, pictures.encode(SCENE, "PNG", icc_profile=profile))
    pixels.assert_alike(image, wanted, 0, 0)
    assert pixels.difference(image, SCENE)[0] > 1


def test_colours_that_a_palette_lacks_are_black(org):
    _, image = shown(org, bitmaps.bmp((4, 1), 8, [bytes(range(4))], palette=[(255, 0, 0), (0, 255, 0)]))
    assert list(image.convert("RGB").getdata()) == [(255, 0, 0), (0, 255, 0), (0, 0, 0), (0, 0, 0)]


def test_what_no_run_covers_is_black(org):
    runs = bytes([2, 1, 0, 0, 0, 2, 1, 1, 1, 0, 0, 1])  # two pixels; one up and one to the right, one pixel
    _, image = shown(org, bitmaps.bmp((4, 3), 8, runs, palette=[(255, 0, 0), (0, 255, 0)], compression=1))
    black, red, green = (0, 0, 0), (255, 0, 0), (0, 255, 0)
    assert list(image.convert("RGB").getdata()) == [black, red, black, black] + [black] * 4 + [green, green, black, black]


# icons


def icon_bitmap(image: Image.Image, bits: int, mask: bytes) -> bytes:
    if bits <= 8:
        rows, palette = bitmaps.numbered(image.convert("RGB").quantize(1 << bits), bits)
    elif bits == 24:
        rows, palette = bitmaps.direct(image), ()
    else:
        rows, palette = bitmaps.masked(image, bits, RGBA_MASKS if bits == 32 else (0x7c00, 0x3e0, 0x1f)), ()
    return bitmaps.bmp(image.size, bits, rows, palette=palette, in_icon=True) + mask


def hard_edged(image: Image.Image) -> Image.Image:
    clear = image.convert("RGBA")
    clear.putalpha(image.getchannel("A").point(lambda value: 255 if value >= 128 else 0))
    return clear


@pytest.mark.parametrize("kind,name", [(1, "icon"), (2, "cursor")])
@pytest.mark.parametrize("bits", [4, 8, 24])
def test_an_icon_is_seen_through_where_its_mask_says_so(org, bits, kind, name):
    data = bitmaps.icon((CLEAR.size, bits, icon_bitmap(CLEAR, bits, bitmaps.mask_of(CLEAR.getchannel("A")))), kind=kind)
    item, image = shown(org, data, "a.ico")
    assert (item["format"], item["mimetype"]) == ("ico", "image/vnd.microsoft.icon")
    assert (item["width"], item["height"], item["opaque"]) == (*SCENE.size, False)
    wanted = CLEAR.convert("RGB").quantize(1 << bits).convert("RGBA") if bits <= 8 else CLEAR.copy()
    wanted.putalpha(hard_edged(CLEAR).getchannel("A"))
    pixels.assert_alike(image.convert("RGBa"), wanted.convert("RGBa"), 0, 0, mode="RGBa")


def test_an_icon_of_32_bits_has_its_own_opacity(org):
    _, image = shown(org, bitmaps.icon((CLEAR.size, 32, icon_bitmap(CLEAR, 32, bitmaps.mask_of(CLEAR.getchannel("A"))))))
    pixels.assert_alike(image.convert("RGBa"), CLEAR.convert("RGBa"), 0, 0, mode="RGBa")


def test_an_icon_of_32_bits_without_opacity_goes_by_its_mask(org):
    nothing = CLEAR.copy()
    nothing.putalpha(0)
    data = bitmaps.icon((CLEAR.size, 32, icon_bitmap(nothing, 32, bitmaps.mask_of(CLEAR.getchannel("A")))))
    _, image = shown(org, data)
    pixels.assert_alike(image.convert("RGBa"), hard_edged(CLEAR).convert("RGBa"), 0, 0, mode="RGBa")


def test_of_several_pictures_the_largest_and_deepest_is_shown(org):
    small = CLEAR.resize((16, 16))
    opaque = bytes(8 * 37)
    data = bitmaps.icon(
        ((16, 16), 32, icon_bitmap(small, 32, bytes(64))),
        (CLEAR.size, 4, icon_bitmap(CLEAR, 4, opaque)),
        (CLEAR.size, 24, icon_bitmap(CLEAR, 24, opaque)),
        (CLEAR.size, 8, icon_bitmap(CLEAR, 8, opaque)))
    _, image = shown(org, data)
    pixels.assert_alike(image, SCENE, 0, 0)


def test_the_directory_of_an_icon_is_not_believed(org):
    data = bitmaps.icon(((255, 255), 32, icon_bitmap(CLEAR.resize((16, 16)), 32, bytes(64))),
                        ((1, 1), 1, icon_bitmap(CLEAR, 24, bytes(8 * 37))))
    _, image = shown(org, data)
    assert image.size == SCENE.size


def test_an_icon_with_a_png_inside(org):
    data = pictures.encode(CLEAR, "ICO", sizes=[(16, 16), (32, 16), CLEAR.size])
    item, image = shown(org, data)
    assert (item["format"], item["width"], item["height"]) == ("ico", *SCENE.size)
    pixels.assert_alike(image.convert("RGBa"), CLEAR.convert("RGBa"), 0, 0, mode="RGBa")


def test_an_icon_by_pillow_with_bitmaps_inside(org):
    data = pictures.encode(CLEAR, "ICO", sizes=[(16, 16), (48, 29)], bitmap_format="bmp")
    _, image = shown(org, data)
    pixels.assert_alike(image.convert("RGBa"), by_pillow(data, "RGBA").convert("RGBa"), 0, 0, mode="RGBa")


# Photoshop files


def psd_of(image: Image.Image, bits: int = 8, **options) -> bytes:
    mode = {"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode)
    palette = b""
    if mode == "P":
        flat = bytes(image.getpalette()).ljust(768, b"\0")
        palette = flat[0::3] + flat[1::3] + flat[2::3]
    return bitmaps.psd(mode, image.size, bitmaps.channels_of(image, bits), bits=bits, palette=palette, **options)


@pytest.mark.parametrize("form", [{}, {"packed": False}, {"large": True}, {"large": True, "packed": False}],
                         ids=["packed", "raw", "large", "large and raw"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_psd_is_shown_pixel_by_pixel(org, mode, bits, form):
    data = psd_of(SCENE.convert(mode), bits, **form)
    item, image = shown(org, data, "a.psd")
    assert (item["format"], item["mimetype"]) == ("psd", "image/vnd.adobe.photoshop")
    assert (item["width"], item["height"], item["opaque"]) == (*SCENE.size, True)
    pixels.assert_alike(image, SCENE.convert(mode), 0, 0)
    if bits == 8 and not form.get("large"):
        pixels.assert_alike(image, by_pillow(data), 0, 0)


def test_a_psd_with_a_palette(org):
    image = SCENE.quantize(200)
    _, render = shown(org, psd_of(image))
    pixels.assert_alike(render, image, 0, 0)


def test_a_psd_with_a_palette_in_which_one_colour_is_transparent(org):
    image = SCENE.quantize(8)
    _, render = shown(org, psd_of(image, resources=bitmaps.resource(1047, b"\0\3")))
    assert list(render.getchannel("A").getdata()) == [0 if number == 3 else 255 for number in image.getdata()]


def test_a_psd_of_black_and_white(org):
    image = SCENE.convert("1")
    rows = [bytes(int("".join("0" if value else "1" for value in row[at:at + 8]).ljust(8, "0"), 2)
                  for at in range(0, len(row), 8)) for row in bitmaps._rows(image)]
    data = bitmaps.psd("1", image.size, [rows], bits=1)
    _, render = shown(org, data)
    pixels.assert_alike(render, image, 0, 0)


def test_a_duotone_is_grey(org):
    grey = SCENE.convert("L")
    _, render = shown(org, bitmaps.psd("duotone", grey.size, bitmaps.channels_of(grey), palette=b"whatever"))
    pixels.assert_alike(render, grey, 0, 0)


def test_a_psd_of_a_head_alone_is_damaged(org):
    assert_error(org.upload(("a.psd", b"8BPS\0\1" + bytes(100))), 422)


@pytest.mark.parametrize("bits", [8, 16])
def test_inks_of_a_psd_are_those_of_a_jpeg(org, bits):
    inks = SCENE.convert("CMYK")
    _, image = shown(org, psd_of(inks, bits))
    _, wanted = shown(org, pictures.encode(inks, "TIFF"))
    pixels.assert_alike(image, wanted, 0, 1)
    assert pixels.difference(image, SCENE)[0] < 60, "not inside out"


@pytest.mark.parametrize("bits", [8, 16])
def test_lab_in_a_psd(org, bits):
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(SCENE, to_lab)
    _, image = shown(org, bitmaps.psd("LAB", lab.size, bitmaps.channels_of(lab, bits), bits=bits))
    pixels.assert_alike(image, SCENE, 3, 40)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_lies_on_white_in_a_psd_is_taken_off_it(org, mode, bits):
    original = CLEAR.convert(mode)
    matted = bitmaps.on_white(original.convert("RGBA")).convert(mode)
    item, image = shown(org, psd_of(matted, bits, layers=-1))
    assert item["opaque"] is False
    assert image.getchannel("A").tobytes() == CLEAR.getchannel("A").tobytes()
    pixels.assert_alike(image.convert("RGBA").convert("RGBa"), original.convert("RGBA").convert("RGBa"), 1, 2, mode="RGBa")


BLOCK_16 = b"8BIMLr16" + struct.pack(">Ih", 4, -1) + b"\0\0"
BLOCK_MERGED = b"8BIMMtrn" + struct.pack(">I", 0)


@pytest.mark.parametrize("options,opaque", [({"layers": -2}, False), ({"layers": 2}, True), ({}, True),
                                            ({"blocks": BLOCK_16}, False), ({"blocks": BLOCK_MERGED}, False)],
                         ids=["negative", "positive", "none", "of 16 bits", "merged"])
def test_only_the_opacity_of_a_psd_is_opacity(org, options, opaque):
    """A fourth channel may as well be a selection that was saved."""
    item, image = shown(org, psd_of(CLEAR, **options))
    assert item["opaque"] is opaque
    if opaque:
        pixels.assert_alike(image, SCENE, 0, 0)


def test_selections_and_inks_of_a_psd_are_left_out(org):
    channels = bitmaps.channels_of(CLEAR) + bitmaps.channels_of(SCENE.convert("L")) * 52
    item, image = shown(org, bitmaps.psd("RGB", SCENE.size, channels, layers=3))
    assert item["opaque"] is True
    pixels.assert_alike(image, SCENE, 0, 0)


def test_a_psd_says_who_made_it(org):
    xmp = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
           b'<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Bern"/></rdf:RDF></x:xmpmeta>')
    iptc = b"\x1c\x02\x5a\x00\x04Bern"
    exif = Image.Exif()
    exif[0x010F] = "Leica"
    resources = (bitmaps.resource(1058, exif.tobytes()[6:]) + bitmaps.resource(1028, iptc) + bitmaps.resource(1060, xmp))
    item, _ = shown(org, psd_of(SCENE, resources=resources))
    metadata = item["static_metadata"]
    assert metadata["exif"]["make"] == "Leica"
    assert metadata["iptc"]["city"] == "Bern"
    assert metadata["xmp"]["photoshop"]["city"] == "Bern"


def test_a_psd_without_a_finished_picture_is_refused(org):
    nothing = bitmaps.resource(1057, struct.pack(">IB", 1, 0) + bytes(12))
    answer = org.upload(psd_of(SCENE, resources=nothing, layers=2))
    assert_error(answer, 422)
    assert "maximize compatibility" in answer.json()["message"]


# What is refused


def inside(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at + len(more):]


PLAIN_BMP = bitmaps.bmp(SCENE.size, 24, bitmaps.direct(SCENE))
RUNS_BMP = BMPS["run lengths of 8 bits"][0]
ICON = bitmaps.icon((CLEAR.size, 24, icon_bitmap(CLEAR, 24, bytes(8 * 37))))
PNG_ICON = pictures.encode(CLEAR, "ICO", sizes=[CLEAR.size])
PSD = psd_of(SCENE)

DAMAGED = {
    "half a bmp": PLAIN_BMP[:len(PLAIN_BMP) // 2],
    "a bmp without its last pixel": PLAIN_BMP[:-4],
    "a bmp that ends in its palette": BMPS["8 bits"][0][:200],
    "a bmp that ends in its header": PLAIN_BMP[:40],
    "half a bmp in run lengths": RUNS_BMP[:len(RUNS_BMP) // 2],
    "a bmp whose pixels lie in its header": inside(PLAIN_BMP, 10, struct.pack("<I", 20)),
    "a bmp whose pixels lie behind it": inside(PLAIN_BMP, 10, struct.pack("<I", 1 << 31)),
    "a bmp without a width": inside(PLAIN_BMP, 18, bytes(4)),
    "a bmp of a negative width": inside(PLAIN_BMP, 18, struct.pack("<i", -5)),
    "a bmp of the lowest height": inside(PLAIN_BMP, 22, struct.pack("<I", 1 << 31)),
    "a bmp of 7 bits": inside(PLAIN_BMP, 28, b"\7\0"),
    "a bmp with a jpeg inside": inside(PLAIN_BMP, 30, b"\4\0\0\0"),
    "half an icon": ICON[:len(ICON) // 2],
    "an icon without all of its mask": ICON[:-1],
    "an icon that points behind itself": inside(ICON, 18, struct.pack("<I", len(ICON))),
    "an icon that points at itself": inside(ICON, 18, bytes(4)),
    "an icon with an icon inside": bitmaps.icon(((16, 16), 32, ICON)),
    "half a png in an icon": bitmaps.icon(((61, 37), 32, PNG_ICON[22:len(PNG_ICON) // 2])),
    "an icon without pictures": bytes([0, 0, 1, 0, 1, 0]) + bytes(16),
    "half a psd": PSD[:len(PSD) // 2],
    "a psd without its last byte": PSD[:-1],
    "a raw psd without its last byte": psd_of(SCENE, packed=False)[:-1],
    "a psd whose rows are too short": inside(PSD, len(PSD) - 60, b"\x80" * 60),
    "a psd of 57 channels": bitmaps.psd("L", (4, 1), [[b"abcd"]] * 57),
    "a psd with too few channels": bitmaps.psd("RGB", (4, 1), [[b"abcd"]] * 2),
    "a psd of many colours": bitmaps.psd("multichannel", (4, 1), [[b"abcd"]] * 3),
    "a psd of 32 bits": psd_of(SCENE, 32),
    "a zipped psd": psd_of(SCENE, packed=False, coding=2),
    "a psd without pixels": bitmaps.psd("L", (0, 1), [[b""]]),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_or_not_read_is_refused(org, name):
    answer = org.upload(DAMAGED[name])
    assert_error(answer, 422)
    message = answer.json()["message"]
    assert "damaged" in message or "can't be" in message or "first bytes" in message, message


HUGE = {
    "bmp": inside(PLAIN_BMP, 18, struct.pack("<ii", 60_000, 60_000)),
    "the largest bmp": inside(PLAIN_BMP, 18, struct.pack("<ii", (1 << 31) - 1, -(1 << 31) + 1)),
    "bmp in run lengths": inside(RUNS_BMP, 18, struct.pack("<ii", 60_000, 60_000)),
    "high bmp": bitmaps.bmp((1, 200_000_000), 8, b"\0\1", compression=1, palette=[(0, 0, 0)]),
    "icon": inside(ICON, 26, struct.pack("<ii", 60_000, 120_000)),
    "png in an icon": bitmaps.icon(((16, 16), 32, b"\x89PNG\r\n\x1a\n" + bitmaps.chunk(
        b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)) + bitmaps.chunk(b"IDAT", zlib.compress(b"")))),
    "psd": inside(PSD, 14, struct.pack(">II", 60_000, 60_000)),
    "psd of 56 channels": inside(bitmaps.psd("L", (4, 1), [[b"abcd"]] * 56), 14, struct.pack(">II", 60_000, 60_000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_claims_to_be_huge_is_refused_before_anything_is_made_for_it(org, name):
    answer = org.upload(HUGE[name])
    assert_error(answer, 413)
    assert any(limit in answer.json()["message"] for limit in ("225000000", "10000000"))


def test_an_icon_of_many_pictures_that_are_one(org):
    """65,535 entries that all point at the same PNG, which has a hundred thousand chunks."""
    png = bitmaps.png_of([*bitmaps.png_chunks(pictures.solid((1, 2, 3), 8, 8))[:1], *[(b"tEXt", b"")] * 100_000,
                          *bitmaps.png_chunks(pictures.solid((1, 2, 3), 8, 8))[1:]])
    count = 65_535
    entry = struct.pack("<BBBBHHII", 8, 8, 0, 0, 1, 24, len(png), 6 + 16 * count)
    item, image = shown(org, struct.pack("<HHH", 0, 1, count) + entry * count + png)
    assert (item["width"], item["height"]) == image.size == (8, 8)


# As everything else


@pytest.fixture(scope="module")
def uploads(org):
    return {"bmp": org.add(PLAIN_BMP), "ico": org.add(ICON), "psd": org.add(PSD)}


@pytest.mark.parametrize("format_", ["bmp", "ico", "psd"])
def test_none_of_them_is_written(org, uploads, format_):
    answer = org.render(f"/dynamic/noop/{uploads[format_]['hash']}.{format_}")
    assert_error(answer, 415)
    assert "jpg, png, webp" in answer.json()["message"]


@pytest.mark.parametrize("format_", ["bmp", "ico", "psd"])
def test_an_original_is_found_and_downloaded(org, uploads, format_):
    item = uploads[format_]
    found = org.images(format=format_).json()["items"]
    assert item["hash"] in [one["hash"] for one in found]
    assert {one["format"] for one in found} == {format_}
    found = org.images(mimetype=item["mimetype"]).json()["items"]
    assert item["hash"] in [one["hash"] for one in found]
    answer = org.image(item["hash"], "/download")
    assert answer.headers["Content-Type"] == item["mimetype"]
    assert answer.content == {"bmp": PLAIN_BMP, "ico": ICON, "psd": PSD}[format_]


@pytest.mark.parametrize("format_", ["bmp", "ico", "psd"])
def test_steps_work_on_each(org, uploads, format_):
    answer = org.render(f"/dynamic/resize-width-30--crop-width-20-height-10--rotate-angle-90/{uploads[format_]['hash']}.webp")
    assert answer.status_code == 200 and pixels.size_of(answer.content) == (10, 20)


def test_several_rows_of_workers_and_sizes(org):
    """Wider and higher than what libvips asks for at once."""
    large = pictures.scene(1900, 1300, seed=52)
    for data in (pictures.encode(large, "BMP"), psd_of(large)):
        item, image = shown(org, data)
        pixels.assert_alike(image, large, 0, 0)
        small = org.render(f"/dynamic/resize-width-190/{item['hash']}.png").content
        pixels.assert_alike(small, large.resize((190, 130), Image.Resampling.LANCZOS), 3)
