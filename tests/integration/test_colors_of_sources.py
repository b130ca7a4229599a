"""Colours and transparency of originals, however their files say them: renders show what the file means, in sRGB.

Judges are the standards in plain Python (harness/light.py), lcms, Pillow, djxl, and Chromium."""

import base64
import io
import struct

import pytest
from PIL import Image, ImageCms

from conformance.browser import Page
from harness import color_files as files
from harness import decoders, light, pictures, pixels, vips

SIXTEEN = 65535


def rendered(org, data: bytes, format_: str = "png", operation: str = "noop") -> bytes:
    answer = org.render(f"/dynamic/{operation}/{org.add(data)['hash']}.{format_}")
    assert answer.status_code == 200, answer.text
    return answer.content


def color_of(picture: bytes | Image.Image, x: int = 5, y: int = 5) -> tuple:
    """As it is: with opacity where there is some, one sample where there is no colour."""
    image = pixels.open_picture(picture) if isinstance(picture, bytes) else picture
    found = image.getpixel((x, y))
    return found if isinstance(found, tuple) else (found,)


def assert_color(found: tuple, wanted: tuple, tolerance: int = 2) -> None:
    assert len(found) == len(wanted) and pixels.is_near(found, wanted, tolerance), f"{found} is not {wanted}"


def codes(*samples: float) -> tuple:
    return tuple(round(sample * SIXTEEN) for sample in samples)


# Profiles


@pytest.fixture(scope="module")
def profiles():
    return {"grey": files.grey_profile(1.8), "rgb": files.known_profile("p3"), "cmyk": files.known_profile("cmyk"),
            "lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()}


def with_profile(mode: str, color, format_: str, profile: bytes, **options) -> bytes:
    image = Image.new("RGB", (64, 64), color[:3]).quantize(4) if mode == "P" else Image.new(mode, (64, 64), color)
    return pictures.encode(image, format_, icc_profile=profile, **options)


MISFITS = [
    ("RGB", "JPEG", "grey"), ("RGB", "JPEG", "cmyk"), ("RGB", "JPEG", "lab"), ("L", "JPEG", "rgb"), ("L", "JPEG", "cmyk"),
    ("RGB", "PNG", "grey"), ("RGBA", "PNG", "grey"), ("P", "PNG", "grey"), ("L", "PNG", "rgb"), ("LA", "PNG", "cmyk"),
    ("RGB", "WEBP", "grey"), ("RGBA", "WEBP", "cmyk"), ("RGB", "TIFF", "grey"), ("RGBA", "TIFF", "cmyk"),
    ("L", "TIFF", "rgb"), ("RGB", "TIFF", "lab"),
]
COLORS = {"RGB": (200, 30, 40), "P": (200, 30, 40), "RGBA": (200, 60, 60, 128), "L": 90, "LA": (90, 128)}


@pytest.mark.parametrize("mode,format_,profile", MISFITS)
def test_a_profile_for_other_samples_than_there_are_says_nothing(org, profiles, mode, format_, profile):
    options = {"lossless": True, "exact": True} if format_ == "WEBP" else {"quality": 98} if format_ == "JPEG" else {}
    data = with_profile(mode, COLORS[mode], format_, profiles[profile], **options)
    color = COLORS[mode] if isinstance(COLORS[mode], tuple) else (COLORS[mode],)
    assert_color(color_of(rendered(org, data)), color)
    assert_color(color_of(rendered(org, data, operation="resize-width-20")), color)


@pytest.mark.parametrize("format_", ["jpg", "png", "webp", "avif", "gif", "tiff", "jxl"])
def test_rgb_with_a_profile_of_grey_is_itself_in_every_format(org, profiles, format_):
    data = with_profile("RGB", (200, 30, 40), "JPEG", profiles["grey"], quality=98)
    result = rendered(org, data, format_)
    image = decoders.decode(result, format_) if format_ in ("jxl", "tiff") else pixels.open_picture(result)
    assert image.mode in ("RGB", "P"), "no grey, nothing transparent"
    assert_color(color_of(image.convert("RGB")), (200, 30, 40), 5)


def test_sixteen_bits_with_a_profile_of_grey(org, profiles):
    data = files.png((200 * 257, 30 * 257, 40 * 257, SIXTEEN), files.iccp(profiles["grey"]), depth=16)
    assert_color(color_of(rendered(org, data))[:3], (200, 30, 40))


def test_an_avif_with_a_profile_of_grey(org, profiles):
    data = files.heif(with_profile("RGB", (200, 200, 200), "JPEG", profiles["grey"], quality=98), ".avif", of=".jpg")
    assert profiles["grey"] in data
    assert_color(color_of(rendered(org, data)), (200, 200, 200))


def test_a_profile_of_grey_counts_for_grey(org, profiles):
    data = with_profile("L", 128, "PNG", profiles["grey"])
    assert_color(color_of(rendered(org, data)), (light.srgb((128 / 255) ** 1.8),))


def test_what_is_stored_as_a_png_has_no_profile_for_inks(org, profiles):
    data = with_profile("RGBA", (201, 61, 61, 128), "TIFF", profiles["cmyk"])
    answer = org.upload(("a.tif", data), fields={"optimize_source[0]": "true"})
    assert answer.status_code == 201 and answer.json()["items"][0]["format"] == "tiff", answer.text


# CMYK

INKS = [(0, 0, 0, 0), (0, 0, 0, 255), (255, 255, 255, 255), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0),
        (255, 255, 0, 0), (128, 100, 90, 20), (40, 30, 30, 100), (0, 0, 0, 128)]
BLACK_POINT_COMPENSATION = 0x2000


def inks(format_: str, profile: bytes | None, **options) -> bytes:
    image = Image.new("CMYK", (64 * len(INKS), 64))
    for number, ink in enumerate(INKS):
        image.paste(ink, (64 * number, 0, 64 * number + 64, 64))
    return pictures.encode(image, format_, **({"icc_profile": profile} if profile else {}), **options)


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize("format_", ["JPEG", "TIFF"])
def test_inks_are_what_lcms_makes_of_them(org, profiles, format_, tagged):
    """Relative, with black point compensation; a file without a profile has that of libvips."""
    data = inks(format_, profiles["cmyk"] if tagged else None, **({"quality": 100} if format_ == "JPEG" else {}))
    transform = ImageCms.buildTransform(io.BytesIO(profiles["cmyk"]), ImageCms.createProfile("sRGB"), "CMYK", "RGB",
                                        renderingIntent=1, flags=BLACK_POINT_COMPENSATION)
    wanted = ImageCms.applyTransform(Image.open(io.BytesIO(data)), transform)
    found = rendered(org, data)
    for number, ink in enumerate(INKS):
        assert_color(color_of(found, 64 * number + 32, 32), wanted.getpixel((64 * number + 32, 32))), ink
    darkest = color_of(found, 64 * 2 + 32, 32)
    assert min(darkest) == 0 and max(darkest) < 24, "all inks together are as black as that profile has it"


def test_inks_that_were_stored_as_ycck_are_the_same(org, profiles):
    for ink in [(0, 0, 0, 0), (200, 30, 60, 40), (20, 180, 220, 0), (0, 0, 0, 255)]:
        ycck = files.ycck_jpeg(ink)
        plain = pictures.encode(Image.new("CMYK", (64, 64), ink), "JPEG", quality=100)
        assert_color(color_of(rendered(org, ycck), 20, 20), color_of(rendered(org, plain), 20, 20), 4)


def test_sixteen_bit_inks(org, profiles):
    flat = inks("TIFF", profiles["cmyk"])
    deep = vips.convert(flat, ".tif", ("linear", "257", "0"), ("cast", "ushort"))
    assert "USHORT" in vips.field(deep, "format") and "CMYK" in vips.field(deep, "interpretation")
    pixels.assert_alike(rendered(org, deep), rendered(org, flat), 1, 2)


# Colours that are named otherwise

P3_RED, LINEAR = (220, 40, 40), (188, 4, 4)
OF_P3 = light.shown(tuple(v / 255 for v in P3_RED), 12, light.of_srgb)


def of_power(color: tuple, exponent: float, primaries: int = 1) -> tuple:
    return light.shown(tuple(v / 255 for v in color), primaries, lambda sample: sample ** exponent)


NAMED_IN_PNG = {
    "nothing": ([], (200, 30, 40)),
    "sRGB": ([files.SRGB], (200, 30, 40)),
    "gAMA of sRGB": ([files.gama(45455)], (200, 30, 40)),
    "gAMA, linear": ([files.gama(100000)], of_power((200, 30, 40), 1)),
    "gAMA of 1.8": ([files.gama(55556)], of_power((200, 30, 40), 1.8)),
    "gAMA and cHRM of sRGB": ([files.gama(45455), files.CHRM_SRGB], of_power((200, 30, 40), 2.2)),
    "gAMA and cHRM of P3": ([files.gama(45455), files.CHRM_P3], of_power((200, 30, 40), 2.2, 12)),
    "cHRM alone": ([files.CHRM_P3], (200, 30, 40)),
    "cHRM that spans nothing": ([files.gama(100000), (b"cHRM", bytes(32))], (200, 30, 40)),
    "sRGB before gAMA and cHRM": ([files.SRGB, files.gama(100000), files.CHRM_P3], (200, 30, 40)),
    "cICP of P3": ([files.cicp(12, 13)], light.shown((200 / 255, 30 / 255, 40 / 255), 12, light.of_srgb)),
    "cICP before sRGB and gAMA": ([files.cicp(12, 13), files.SRGB, files.gama(100000)],
                                  light.shown((200 / 255, 30 / 255, 40 / 255), 12, light.of_srgb)),
    "cICP of sRGB before gAMA": ([files.cicp(1, 13), files.gama(100000)], (200, 30, 40)),
    "cICP, linear": ([files.cicp(1, 8)], of_power((200, 30, 40), 1)),
    "cICP of BT.709": ([files.cicp(1, 1)], of_power((200, 30, 40), 2.4)),
    "cICP of BT.2020": ([files.cicp(9, 14)], of_power((200, 30, 40), 2.4, 9)),
    "cICP that says nothing": ([files.cicp(2, 2)], (200, 30, 40)),
    "cICP of limited range": ([files.cicp(12, 13, 0, 0)], (200, 30, 40)),
}


@pytest.mark.parametrize("case", NAMED_IN_PNG)
def test_what_the_chunks_of_a_png_name(org, case):
    chunks, wanted = NAMED_IN_PNG[case]
    assert_color(color_of(rendered(org, files.png((200, 30, 40), *chunks))), wanted, 3)


def test_a_profile_ranks_between_cicp_and_the_others(org, profiles):
    p3 = files.iccp(profiles["rgb"])
    assert_color(color_of(rendered(org, files.png(P3_RED, p3, files.SRGB, files.gama(100000)))), OF_P3, 3)
    assert_color(color_of(rendered(org, files.png(P3_RED, p3, files.cicp(1, 13)))), P3_RED)
    misfit = files.iccp(profiles["grey"])
    assert_color(color_of(rendered(org, files.png(P3_RED, misfit, files.cicp(12, 13)))), OF_P3, 3)
    assert_color(color_of(rendered(org, files.png(P3_RED, misfit, files.gama(100000)))), of_power(P3_RED, 1), 3)


@pytest.mark.parametrize("samples,depth", [((128,), 8), ((128, 77), 8), ((128 * 257,), 16), ((128 * 257, 77 * 257), 16)])
def test_grey_has_a_gamma_too(org, samples, depth):
    found = color_of(rendered(org, files.png(samples, files.gama(100000), files.CHRM_P3, depth=depth)))
    assert_color(found, (188, 77)[:len(samples)])


def test_sixteen_bits_and_opacity_with_a_gamma(org):
    samples = tuple(value * 257 for value in (200, 30, 40, 77))
    assert_color(color_of(rendered(org, files.png(samples, files.gama(100000), depth=16))),
                 (*of_power((200, 30, 40), 1), 77))


NAMED_IN_AVIF = {
    "sRGB": (1, 13, (200, 30, 40)),
    "BT.709": (1, 1, (200, 30, 40)),
    "P3": (12, 13, light.shown((200 / 255, 30 / 255, 40 / 255), 12, light.of_srgb)),
    "BT.2020": (9, 14, light.shown((200 / 255, 30 / 255, 40 / 255), 9, light.of_srgb)),
    "a gamma of 2.2": (1, 4, of_power((200, 30, 40), 2.2)),
    "linear": (1, 8, of_power((200, 30, 40), 1)),
}


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("case", NAMED_IN_AVIF)
def test_what_an_avif_names(org, case, bits):
    primaries, transfer, wanted = NAMED_IN_AVIF[case]
    data = files.avif(tuple(v * 257 for v in (200, 30, 40)), primaries, transfer, bits)
    assert_color(color_of(rendered(org, data)), wanted, 5)


def test_what_a_heic_names(org, profiles):
    data = files.renamed_colors(files.heif(files.png(P3_RED, files.iccp(profiles["rgb"])), ".heic"), 12, 13)
    assert_color(color_of(rendered(org, data), 30, 30), OF_P3, 5)


@pytest.mark.parametrize("distance", [0, 1])
@pytest.mark.parametrize("color_space,wanted", [
    ("RGB_D65_SRG_Rel_SRG", P3_RED), ("RGB_D65_DCI_Rel_SRG", OF_P3), ("RGB_D65_SRG_Rel_Lin", of_power(P3_RED, 1)),
    ("RGB_D65_202_Rel_SRG", light.shown(tuple(v / 255 for v in P3_RED), 9, light.of_srgb))])
def test_what_a_jpeg_xl_names(org, color_space, wanted, distance):
    data = files.jxl(tuple(v * 257 for v in P3_RED), color_space, distance)
    assert_color(color_of(rendered(org, data), 30, 30), wanted, 3 if distance == 0 else 6)


# Brighter than white

NITS = [1, 10, 50, 100, 203, 400, 600, 1000, 4000]
PQ_COLORS = [(203, 0, 0), (203, 20, 20), (40, 203, 203), (600, 300, 60), (1000, 100, 100), (20, 5, 90)]
HLG_COLORS = [(0.1, 0.1, 0.1), (0.5, 0.5, 0.5), (0.75, 0.75, 0.75), (1, 1, 1), (0.75, 0.25, 0.2), (0.3, 0.6, 0.9)]


@pytest.mark.parametrize("nits", [(n, n, n) for n in NITS] + PQ_COLORS)
@pytest.mark.parametrize("primaries", [9, 12, 1])
def test_pq_is_tone_mapped(org, nits, primaries):
    samples = tuple(map(light.pq_of_nits, nits))
    data = files.png(codes(*samples), files.cicp(primaries, 16), depth=16)
    assert_color(color_of(rendered(org, data)), light.pq_shown(samples, primaries))


def test_the_brightest_light_of_a_picture_counts(org):
    sample = light.pq_of_nits(400)
    for peak in (100, 400, 500, 4000):
        data = files.png(codes(*[sample] * 3), files.cicp(9, 16), files.light_level(peak), depth=16)
        assert_color(color_of(rendered(org, data)), light.pq_shown((sample,) * 3, 9, peak))


@pytest.mark.parametrize("samples", HLG_COLORS)
def test_hlg_is_tone_mapped(org, samples):
    data = files.png(codes(*samples), files.cicp(9, 18), depth=16)
    assert_color(color_of(rendered(org, data)), light.hlg_shown(samples))


def test_tone_mapping_keeps_order_and_greys_and_opacity(org):
    greys = [color_of(rendered(org, files.png((*codes(*[light.pq_of_nits(n)] * 3), 77 * 257), files.cicp(9, 16), depth=16)))
             for n in NITS]
    assert all(max(grey[:3]) - min(grey[:3]) <= 1 and grey[3] == 77 for grey in greys), greys
    assert [grey[0] for grey in greys] == sorted(grey[0] for grey in greys)
    one = color_of(rendered(org, files.png(codes(light.pq_of_nits(100)), files.cicp(9, 16), depth=16)))
    assert_color(one, light.pq_shown((light.pq_of_nits(100),) * 3)[:1])


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("transfer,samples", [(16, tuple(map(light.pq_of_nits, (203, 100, 60)))), (16, (0.508,) * 3),
                                              (18, (0.75, 0.5, 0.4)), (18, (0.75,) * 3), (18, (1, 1, 1))])
def test_avif_of_10_and_12_bits_is_tone_mapped(org, transfer, samples, bits):
    wanted = light.pq_shown(samples) if transfer == 16 else light.hlg_shown(samples)
    found = color_of(rendered(org, files.avif(codes(*samples), 9, transfer, bits)), 30, 30)
    assert_color(found, wanted, 5)


def test_heic_of_10_bits_is_tone_mapped(org, profiles):
    samples = tuple(map(light.pq_of_nits, (203, 203, 203)))
    source = files.png(codes(*samples), files.iccp(profiles["rgb"]), depth=16)
    data = files.renamed_colors(files.heif(source, ".heic", "-b", "10"), 9, 16)
    assert_color(color_of(rendered(org, data), 30, 30), light.pq_shown(samples), 5)


@pytest.mark.parametrize("distance", [0, 1])
@pytest.mark.parametrize("curve,samples", [("PeQ", tuple(map(light.pq_of_nits, (203, 100, 60)))), ("PeQ", (0.508,) * 3),
                                           ("HLG", (0.75, 0.5, 0.4)), ("HLG", (0.75,) * 3)])
def test_jpeg_xl_is_tone_mapped(org, curve, samples, distance):
    wanted = light.pq_shown(samples) if curve == "PeQ" else light.hlg_shown(samples)
    found = color_of(rendered(org, files.jxl(codes(*samples), f"RGB_D65_202_Rel_{curve}", distance)), 30, 30)
    assert_color(found, wanted, 2 if distance == 0 else 6)


def test_tone_mapped_pictures_are_resized_like_others(org):
    sample = light.pq_of_nits(203)
    found = rendered(org, files.png(codes(*[sample] * 3), files.cicp(9, 16), depth=16), "webp", "resize-width-20")
    assert pixels.size_of(found) == (20, 20)
    assert_color(color_of(found), light.pq_shown((sample,) * 3), 3)


# A browser


def shown_by_chromium(sources: list[tuple[str, bytes]]) -> list[tuple]:
    side, across = 16, 32
    images = "".join(f"<img style='left:{number % across * side}px;top:{number // across * side}px' "
                     f"src='data:{type_};base64,{base64.b64encode(data).decode()}'>"
                     for number, (type_, data) in enumerate(sources))
    page = f"<style>img{{position:absolute;width:{side}px;height:{side}px}}</style>{images}"
    with Page(width=side * across, height=side * (len(sources) // across + 1)) as browser:
        browser.open("data:text/html;base64," + base64.b64encode(page.encode()).decode())
        browser.run("Promise.all([...document.images].map(image => image.decode().catch(() => {})))")
        shot = Image.open(io.BytesIO(browser.screenshot())).convert("RGB")
    return [shot.getpixel((number % across * side + side // 2, number // across * side + side // 2))
            for number in range(len(sources))]


def test_renders_have_the_colours_that_chromium_shows_of_the_originals(org):
    sources = {f"PNG, {name}": ("image/png", files.png((200, 30, 40), *chunks))
               for name, (chunks, _) in NAMED_IN_PNG.items() if "spans nothing" not in name}
    for name, (primaries, transfer, _) in NAMED_IN_AVIF.items():
        sources[f"AVIF, {name}"] = ("image/avif", files.avif(tuple(v * 257 for v in (200, 30, 40)), primaries, transfer))
    originals = shown_by_chromium(list(sources.values()))
    ours = [color_of(rendered(org, data), 30, 30) for _, data in sources.values()]
    apart = {name: (theirs, found) for name, theirs, found in zip(sources, originals, ours, strict=True)
             if not pixels.is_near(found, theirs, 4)}
    assert not apart


# Opacity


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("samples,extra,photometric,wanted", [
    ((200, 60, 30), None, 2, (200, 60, 30)),
    ((200, 60, 30, 128), (2,), 2, (200, 60, 30, 128)),
    ((100, 30, 15, 128), (1,), 2, (199, 60, 30, 128)),
    ((200, 60, 30, 128), (0,), 2, (200, 60, 30)),
    ((200, 60, 30, 128), None, 2, (200, 60, 30)),
    ((200, 60, 30, 128, 9), (2, 0), 2, (200, 60, 30, 128)),
    ((200, 60, 30, 9, 128), (0, 2), 2, (200, 60, 30, 128)),
    ((100, 30, 15, 9, 128), (0, 1), 2, (199, 60, 30, 128)),
    ((200, 60, 30, 9, 99, 7, 1, 128), (0, 0, 0, 0, 2), 2, (200, 60, 30, 128)),
    ((200, 60, 30, 128, 9), (0, 0), 2, (200, 60, 30)),
    ((200, 128), (2,), 1, (200, 128)),
    ((200, 128), (0,), 1, (200,)),
    ((200, 9, 128), (0, 2), 1, (200, 128)),
    ((200, 9, 128), (0, 0), 1, (200,)),
])
def test_of_the_channels_of_a_tiff_opacity_is_the_one_that_says_so(org, samples, extra, photometric, wanted, big_endian, big):
    data = files.tiff(samples, extra, photometric=photometric, big_endian=big_endian, big=big)
    item = org.add(data)
    answer = org.render(f"/dynamic/noop/{item['hash']}.png")
    assert_color(color_of(answer.content), wanted, 1)
    assert item["opaque"] is (len(wanted) in (1, 3))


def test_inks_may_have_opacity_too(org):
    found = color_of(rendered(org, files.tiff((0, 0, 0, 0, 77), (2,), photometric=5)))
    assert_color(found, (255, 255, 255, 77))
    assert_color(color_of(rendered(org, files.tiff((0, 0, 0, 0, 77), (0,), photometric=5))), (255, 255, 255))


def test_each_page_of_a_tiff_has_channels_of_its_own(org):
    """Of the second page here the only further channel is opacity; of the first it is not."""
    pages = [Image.new("RGB", (64, 64), (200, 60, 30)), Image.new("RGBA", (64, 64), (30, 60, 200, 128))]
    data = pictures.encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert_color(color_of(rendered(org, data)), (200, 60, 30))


def test_what_is_stored_as_a_png_gains_no_opacity(org):
    for extra, format_ in (((2,), "png"), ((0,), "tiff"), (None, "tiff"), ((1,), "tiff")):
        data = files.tiff((201, 61, 31, 128), extra)
        answer = org.upload(("a.tif", data), fields={"optimize_source[0]": "true"})
        assert answer.json()["items"][0]["format"] == format_, (extra, answer.text)


def opacities_in(data: bytes) -> tuple[int, int]:
    image = pixels.open_picture(data)
    return image.getchannel("A").getextrema() if "A" in image.mode else (255, 255)


@pytest.mark.parametrize("format_", ["avif", "heif", "webp", "jxl", "jp2", "png", "tiff"])
@pytest.mark.parametrize("make", ["flat", "scene", "grey"])
def test_an_opaque_picture_stays_opaque_to_the_last_bit(org, format_, make):
    image = {"flat": Image.new("RGBA", (300, 280), (200, 60, 30, 255)), "scene": pictures.scene(300, 280).convert("RGBA"),
             "grey": pictures.scene(300, 280).convert("LA")}[make]
    result = rendered(org, pictures.encode(image, "PNG"), format_)
    if format_ in ("avif", "heif"):
        assert opacities_in(vips.convert(result, ".png")) == (255, 255)
        assert b"auxl" not in result, "not even a plane of it"
    else:
        decoded = pixels.open_picture(result) if format_ == "webp" else decoders.decode(result, format_)
        assert "A" not in decoded.mode or decoded.getchannel("A").getextrema() == (255, 255)


def test_transparency_in_an_avif_is_still_there(org):
    low, high = opacities_in(rendered(org, pictures.transparent_png(), "avif"))
    assert low <= 6 and high >= 250


@pytest.mark.parametrize("bits", [8, 12])
def test_opaque_avifs_of_any_depth_are_opaque(org, bits):
    scale = 257 if bits > 8 else 1
    source = files.png(tuple(v * scale for v in (200, 60, 30, 255)), depth=16 if bits > 8 else 8)
    data = files.heif(source, ".avif", "-b", str(bits))
    item = org.add(data)
    assert item["opaque"] is True
    assert_color(color_of(org.render(f"/dynamic/noop/{item['hash']}.png").content, 30, 30), (200, 60, 30, 255), 3)


@pytest.mark.parametrize("suffix", [".avif", ".heic"])
def test_premultiplied_colours_are_divided_by_their_opacity(org, suffix):
    data = files.heif(files.png((120, 50, 10, 128)), suffix, "--premultiplied-alpha")
    assert b"prem" in data
    assert_color(color_of(rendered(org, data), 30, 30), (239, 100, 20, 128), 5)
    plain = files.heif(files.png((120, 50, 10, 128)), suffix)
    assert_color(color_of(rendered(org, plain), 30, 30), (120, 50, 10, 128), 4)


# JPEG XL


def test_of_an_animated_jpeg_xl_the_first_frame_is_shown(org):
    gif = pictures.animation("GIF")
    data = files.jxl_of(gif, ".gif")
    first = decoders.decode(data, "jxl").convert("RGB").getpixel((30, 30))
    assert pixels.is_near(first, pictures.RED)
    assert_color(color_of(rendered(org, data), 30, 30)[:3], first)


@pytest.mark.parametrize("color_space,encoded", [("RGB_D65_SRG_Rel_SRG", lambda sample: sample),
                                                 ("RGB_D65_SRG_Rel_Lin", light.of_srgb)])
def test_floating_point_jpeg_xl_means_what_its_color_space_says(org, color_space, encoded):
    row = struct.pack("<3f", *(encoded(v / 255) for v in (200, 60, 30))) * 64
    data = files.jxl_of(b"PF\n64 64\n-1.0\n" + row * 64, ".pfm", "-x", f"color_space={color_space}")
    assert "FLOAT" in vips.field(data, "format")
    assert_color(color_of(rendered(org, data), 30, 30), (200, 60, 30), 2)


# Metadata


@pytest.mark.parametrize("format_", ["jpg", "png", "webp", "avif", "heif", "jxl", "tiff", "jp2", "gif"])
def test_renders_have_no_metadata(org, profiles, format_):
    exif = Image.Exif()
    exif[0x010E] = "a private description"
    source = pictures.encode(pictures.scene(300, 280), "JPEG", exif=exif.tobytes(), icc_profile=profiles["rgb"])
    result = rendered(org, source, format_)
    for secret in (b"private", b"Exif\0", b"EXIF", b"eXIf", b"<x:xmpmeta", b"ICC_PROFILE", b"iCCP", b"ICCP", b"8BIM", b"libvips"):
        assert secret not in result, secret
