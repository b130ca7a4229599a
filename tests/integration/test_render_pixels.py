"""Rendered pixels, compared with what the vips command makes of the same file, and with what anybody would expect."""

import io

import pytest
from PIL import Image, ImageOps

from harness import pictures, pixels, vips

SIZE = (400, 300)


@pytest.fixture(scope="module")
def scene(org):
    """A PNG, so that no decoder's freedom stands between the two."""
    data = pictures.png(*SIZE, seed=600)
    return org.add(data)["hash"], data


def rendered(org, path):
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return answer.content


# How vips saves each format when told our default quality.
SAVE = {
    "jpg": (".jpg", ("jpegsave", "--Q", "80")),
    "webp": (".webp", ("webpsave", "--Q", "80")),
    "avif": (".avif", ("heifsave", "--Q", "45", "--compression", "av1")),
    "gif": (".gif", ("gifsave",)),
    "png": (".png", ("pngsave",)),
}


def encoded(data: bytes, format_: str) -> bytes:
    """A picture as vips would encode it: what is lost that way is no fault of ours."""
    suffix, save = SAVE[format_]
    return vips.convert(data, suffix, save=save)


# Every operation


@pytest.mark.parametrize("operation,steps,mean", [
    ("resize-width-160", [("resize", "0.4")], 1.0),
    ("resize-width-100-height-100", [("resize", "0.25")], 1.0),
    ("resize-width-100-height-100-mode-fill", [("resize", "0.3333333", "--vscale", "0.3333333")], 1.5),
    ("resize-width-100-height-200-mode-absolute", [("resize", "0.25", "--vscale", "0.6666667")], 1.5),
    ("resize-width-800", [("resize", "2")], 2.0),
    ("crop-width-120-height-80-anchor-left_top", [("crop", "0", "0", "120", "80")], 0),
    ("crop-width-120-height-80-anchor-right_bottom", [("crop", "280", "220", "120", "80")], 0),
    ("crop-width-120-height-80", [("crop", "140", "110", "120", "80")], 0),
    ("crop-width-120-height-80-anchor-center_center", [("crop", "140", "110", "120", "80")], 0),
    ("crop-width-120-height-80-anchor-30_40", [("crop", "30", "40", "120", "80")], 0),
    ("crop-width-120-height-80-anchor-390_290", [("crop", "280", "220", "120", "80")], 0),
    ("crop-width-1-height-1-mode-ratio", [("crop", "50", "0", "300", "300")], 0),
    ("crop-width-1-height-1-mode-ratio-scale-50", [("crop", "125", "75", "150", "150")], 0),
    ("rotate-angle-90", [("rot", "d90")], 0),
    ("rotate-angle-180", [("rot", "d180")], 0),
    ("rotate-angle--90", [("rot", "d270")], 0),
    ("grayscale", [("colourspace", "b-w"), ("colourspace", "srgb")], 2.0),
    ("blur-sigma-5", [("gaussblur", "5")], 1.0),
    ("noop", [], 0),
    ("autorotate", [], 0),
    ("autorotate-width-10-height-20", [("rot", "d90")], 0),
    ("autorotate-width-20-height-10", [], 0),
    ("resize-width-200--crop-width-100-height-100--rotate-angle-90",
     [("resize", "0.5"), ("crop", "50", "25", "100", "100"), ("rot", "d90")], 1.0),
])
def test_an_operation_does_what_vips_does(org, scene, operation, steps, mean):
    hash_, data = scene
    ours = rendered(org, f"/dynamic/{operation}/{hash_}.png")
    assert pixels.open_picture(ours).format == "PNG"
    pixels.assert_alike(ours, vips.convert(data, ".png", *steps), mean)


def test_a_stored_stack_and_the_url_make_the_same_picture(org, scene):
    hash_, _ = scene
    org.stack("both", {"name": "resize", "options": {"width": 120}}, {"name": "grayscale"})
    assert rendered(org, f"/both/{hash_}.png") == rendered(org, f"/dynamic/resize-width-120--grayscale/{hash_}.png")


def test_a_rotation_by_any_angle_grows_the_canvas(org, scene):
    hash_, data = scene
    ours = pixels.open_picture(rendered(org, f"/dynamic/rotate-angle-30/{hash_}.png"))
    theirs = pixels.open_picture(vips.convert(data, ".png", ("rotate", "30")))
    assert abs(ours.width - theirs.width) <= 1 and abs(ours.height - theirs.height) <= 1
    assert ours.mode == "RGBA" and ours.getpixel((0, 0))[3] == 0
    centre = [image.convert("RGB").crop((100, 100, 400, 360)) for image in (ours, theirs)]
    pixels.assert_alike(*centre, mean=2.5)


def test_the_corners_of_a_rotation_take_a_colour(org, scene):
    hash_, _ = scene
    path = f"/dynamic/rotate-angle-30-background_color-c81e1e-background_opacity-100/{hash_}.png"
    image = pixels.open_picture(rendered(org, path))
    assert pixels.is_near(image.convert("RGB").getpixel((1, 1)), pictures.RED)
    jpg = rendered(org, f"/dynamic/rotate-angle-30/{hash_}.jpg")
    assert pixels.is_near(pixels.colour_at(jpg, 0, 0), pictures.WHITE)


def test_upscale_false_leaves_small_pictures_alone(org, scene):
    hash_, _ = scene
    assert pixels.size_of(rendered(org, f"/dynamic/resize-width-800-upscale-false/{hash_}.png")) == SIZE
    assert pixels.size_of(rendered(org, f"/dynamic/resize-width-200-upscale-false/{hash_}.png")) == (200, 150)


@pytest.mark.parametrize("options,wanted", [
    ("resize-width-150--o-dpr-2", (300, 225)),
    ("resize-width-300--o-dpr-2", (600, 450)),
    ("resize-width-300-upscale-false--o-dpr-2", (600, 450)),
    ("resize-width-300-upscale_dpr-false--o-dpr-2", (400, 300)),
    ("resize-width-500-upscale-false--o-dpr-2", (800, 600)),
    ("resize-width-500-upscale-false-upscale_dpr-false--o-dpr-2", (400, 300)),
    ("resize-width-500-upscale_dpr-false--o-dpr-2", (500, 375)),
    ("resize-width-100--crop-width-50-height-50--o-dpr-2", (100, 100)),
    ("resize-width-333--o-dpr-1.5", (499, 374)),
])
def test_device_pixel_ratios(org, scene, options, wanted):
    hash_, _ = scene
    assert pixels.size_of(rendered(org, f"/dynamic/{options}/{hash_}.png")) == wanted


def test_a_crop_larger_than_the_image_is_the_image(org, scene):
    hash_, data = scene
    ours = rendered(org, f"/dynamic/crop-width-5000-height-5000/{hash_}.png")
    pixels.assert_alike(ours, data, 0)
    assert pixels.size_of(rendered(org, f"/dynamic/crop-width-5000-height-50/{hash_}.png")) == (400, 50)


def test_a_smart_crop_finds_the_interesting_part(org):
    image = Image.new("RGB", (600, 200), (128, 128, 128))
    image.paste(pictures.scene(120, 120, seed=3), (470, 40))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    smart = pixels.open_picture(rendered(org, f"/dynamic/crop-width-150-height-150-anchor-smart/{hash_}.png"))
    colours = smart.convert("RGB").getcolors(maxcolors=1 << 24)
    assert len(colours) > 500, "the crop shows the grey part"


# Formats and their qualities


@pytest.mark.parametrize("format_,mean", [("jpg", 0.5), ("webp", 1.0), ("avif", 4.0), ("gif", 3.0), ("png", 0)])
def test_each_format_shows_the_same_picture(org, scene, format_, mean):
    hash_, data = scene
    ours = rendered(org, f"/dynamic/noop/{hash_}.{format_}")
    pixels.assert_alike(ours, encoded(data, format_), mean)
    pixels.assert_alike(ours, data, 8.0)


def tables_of_quality(quality):
    """Quantization tables that libjpeg makes for that quality."""
    data = vips.convert(pictures.png(16, 16), ".jpg", save=("jpegsave", "--Q", str(quality)))
    return Image.open(io.BytesIO(data)).quantization


@pytest.mark.parametrize("options,quality", [
    ("noop", 80),
    ("o-jpg.quality-55", 55),
    ("resize-width-50--o-dpr-1.5", 80),
    ("resize-width-50--o-dpr-2", 70),
    ("resize-width-50--o-dpr-2--o-jpg.quality-80", 80),
])
def test_the_quality_of_jpeg(org, scene, options, quality):
    hash_, _ = scene
    image = Image.open(io.BytesIO(rendered(org, f"/dynamic/{options}/{hash_}.jpg")))
    assert image.quantization == tables_of_quality(quality)


@pytest.mark.parametrize("format_,usual,at_high_dpr", [("webp", 80, 70), ("avif", 45, 45)])
def test_the_quality_of_webp_and_avif(org, scene, format_, usual, at_high_dpr):
    hash_, _ = scene
    resize = "resize-width-50"

    def of(options):
        return rendered(org, f"/dynamic/{resize}{options}/{hash_}.{format_}")

    assert of("") == of(f"--o-{format_}.quality-{usual}")
    assert of("") != of(f"--o-{format_}.quality-{usual - 30}")
    assert of("--o-dpr-2") == of(f"--o-dpr-2--o-{format_}.quality-{at_high_dpr}")


@pytest.mark.parametrize("source, box, factor", [((6, 120), (90, 90), 15), ((120, 6), (90, 90), 15), ((5, 60), (40, 30), 8)])
def test_of_a_strip_that_fills_a_box_the_middle_is_shown(org, source, box, factor):
    """The resize and its crop are one step, which never makes the whole."""
    data = pictures.png(*source, seed=21)
    ours = rendered(org, f"/dynamic/resize-width-{box[0]}-height-{box[1]}-mode-fill--crop-width-{box[0]}-height-{box[1]}/"
                         f"{org.add(data)['hash']}.png")
    whole = [side * factor for side in source]
    at = [(a - b) // 2 for a, b in zip(whole, box)]
    middle = str((factor - 1) / 2)  # of a pixel stays where it is: vips' own resize is half a pixel off
    theirs = vips.convert(data, ".png", ("affine", f"{factor} 0 0 {factor}", "--interpolate", "bicubic", "--extend", "copy",
                                         "--odx", middle, "--ody", middle, "--oarea", f"0 0 {whole[0]} {whole[1]}"),
                          ("extract_area", *map(str, at), *map(str, box)))
    pixels.assert_alike(ours, theirs, 0.1, 1)
    by_pillow = pixels.open_picture(data).convert("RGB").resize(whole, Image.BICUBIC).crop((*at, at[0] + box[0], at[1] + box[1]))
    pixels.assert_alike(ours, by_pillow, 3.5)


@pytest.mark.parametrize("source", [(1, 10_000), (10_000, 1)])
def test_a_strip_of_one_pixel_fills_a_box(org, source):
    """It was refused, as an image of 1000 x 10,000,000 pixels."""
    colour = Image.new("RGB", source, pictures.GREEN)
    colour.paste(pictures.RED, (0, 0, max(1, source[0] * 2 // 5), max(1, source[1] * 2 // 5)) if source[0] > 1 else
                 (0, 0, 1, source[1] * 2 // 5))
    hash_ = org.add(pictures.encode(colour, "PNG"))["hash"]
    fill = "resize-width-1000-height-1000-mode-fill--crop-width-1000-height-1000"
    found = pixels.open_picture(rendered(org, f"/dynamic/{fill}/{hash_}.png")).convert("RGB")
    assert found.size == (1000, 1000) and found.getcolors() == [(1_000_000, pictures.GREEN)]
    corner = pixels.open_picture(rendered(org, f"/dynamic/{fill}-anchor-left_top/{hash_}.png")).convert("RGB")
    assert corner.getcolors() == [(1_000_000, pictures.RED)]
    answer = org.render(f"/dynamic/resize-width-1000-height-1000-mode-fill/{hash_}.png")
    assert answer.status_code == 422 and "max_output" in answer.text


def test_the_url_wins_over_the_stack(org, scene):
    hash_, _ = scene
    org.stack("low", {"name": "noop"}, jpg__quality=20)
    low = Image.open(io.BytesIO(rendered(org, f"/low/{hash_}.jpg")))
    high = Image.open(io.BytesIO(rendered(org, f"/low/o-jpg.quality-95/{hash_}.jpg")))
    assert low.quantization == tables_of_quality(20)
    assert high.quantization == tables_of_quality(95)


def test_png_compression_changes_the_size_and_not_the_pixels(org, scene):
    hash_, data = scene
    small = rendered(org, f"/dynamic/o-png.compression_level-9/{hash_}.png")
    large = rendered(org, f"/dynamic/o-png.compression_level-0/{hash_}.png")
    assert len(small) < len(large)
    pixels.assert_alike(small, large, 0)


def test_source_file_delivers_the_upload_itself(org):
    data = pictures.oriented_jpeg(6)
    hash_ = org.add(data)["hash"]
    org.stack("original", source_file=True)
    answer = org.render(f"/original/{hash_}.jpg")
    assert (answer.content, answer.headers["Content-Type"]) == (data, "image/jpeg")
    assert org.render(f"/original/{hash_}.jpg", headers={"Range": "bytes=0-1"}).content == b"\xff\xd8"


def test_an_original_svg_may_run_nothing(org):
    hash_ = org.add(pictures.SVG)["hash"]
    org.stack("original", source_file=True)
    answer = org.render(f"/original/{hash_}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# Colours, orientation, transparency


def test_cmyk_comes_out_in_the_right_colours(org):
    data = pictures.cmyk_jpeg()
    hash_ = org.add(data)["hash"]
    theirs = vips.convert(data, ".png", ("icc_transform", "srgb", "--input-profile", "cmyk", "--intent", "relative",
                                          "--black-point-compensation"))
    for format_ in ("png", "jpg", "webp"):
        ours = rendered(org, f"/dynamic/noop/{hash_}.{format_}")
        assert pixels.open_picture(ours).mode == "RGB"
        pixels.assert_alike(ours, encoded(theirs, format_), 2.0)


def test_sixteen_bits_become_eight(org):
    hash_ = org.add(pictures.sixteen_bit_png())["hash"]
    ours = rendered(org, f"/dynamic/noop/{hash_}.png")
    assert "UCHAR" in vips.field(ours, "format")
    pixels.assert_alike(ours, pictures.png(200, 150), 1.0)
    pixels.assert_alike(rendered(org, f"/dynamic/noop/{hash_}.jpg"), encoded(pictures.png(200, 150), "jpg"), 1.0)


@pytest.mark.parametrize("make", [pictures.palette_png, pictures.grey_png])
@pytest.mark.parametrize("format_", ["png", "jpg", "webp"])
def test_palettes_and_grey(org, make, format_):
    data = make()
    hash_ = org.add(data)["hash"]
    ours = rendered(org, f"/dynamic/noop/{hash_}.{format_}")
    pixels.assert_alike(ours, encoded(data, format_), 0 if format_ == "png" else 1.0)


def test_a_colour_profile_is_applied(org):
    """Colours of a wide profile, declared as such, must not come out as if they were sRGB."""
    data = vips.convert(pictures.png(100, 80), ".jpg", ("icc_transform", "p3"), save=("jpegsave", "--Q", "98"))
    assert not pixels.difference(data, pictures.png(100, 80))[0] < 1.5, "the profile must make a difference here"
    hash_ = org.add(data)["hash"]
    ours = rendered(org, f"/dynamic/noop/{hash_}.png")
    assert "icc_profile" not in pixels.open_picture(ours).info
    pixels.assert_alike(ours, vips.convert(data, ".png", ("icc_transform", "srgb", "--embedded")), 2.0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_exif_orientation_is_applied_first(org, orientation):
    hash_ = org.add(pictures.oriented_jpeg(orientation))["hash"]
    sizes = {"noop": (120, 80), "resize-width-60": (60, 40), "crop-width-60-height-80": (60, 80)}
    for operation, wanted in sizes.items():
        ours = pixels.open_picture(rendered(org, f"/dynamic/{operation}/{hash_}.png"))
        assert ours.size == wanted
    upright = pixels.open_picture(rendered(org, f"/dynamic/resize-width-60/{hash_}.png"))
    assert pixels.is_near(pixels.colour_at(upright, 0.2, 0.2), pictures.RED)
    assert pixels.is_near(pixels.colour_at(upright, 0.8, 0.2), pictures.GREEN)
    assert pixels.is_near(pixels.colour_at(upright, 0.2, 0.8), pictures.BLUE)
    assert pixels.is_near(pixels.colour_at(upright, 0.8, 0.8), pictures.WHITE)


@pytest.mark.parametrize("format_", ["jpg", "webp", "png", "avif", "gif"])
@pytest.mark.parametrize("operation", ["noop", "resize-width-60", "blur-sigma-1"])
def test_renders_carry_no_metadata(org, format_, operation):
    data = pictures.oriented_jpeg(6)
    assert b"a private description" in data
    ours = rendered(org, f"/dynamic/{operation}/{org.add(data)['hash']}.{format_}")
    assert b"a private description" not in ours
    image = pixels.open_picture(ours)
    # libvips writes an EXIF block of its own into every WebP, 8.16 into AVIF as well: size, resolution, nothing of the source.
    own = {0x0112, 0x011A, 0x011B, 0x0128, 0x0213, 0x8769} if format_ in {"webp", "avif"} else set()
    assert set(image.getexif()) <= own
    assert ImageOps.exif_transpose(image).size == image.size


@pytest.mark.parametrize("format_", ["jpg", "webp", "png"])
def test_renders_carry_no_profile(org, format_):
    """They are sRGB, which is what everybody takes them for."""
    data = vips.convert(pictures.png(100, 80, seed=601), ".jpg", ("icc_transform", "p3"))
    assert pixels.open_picture(data).info["icc_profile"]
    ours = rendered(org, f"/dynamic/noop/{org.add(data)['hash']}.{format_}")
    assert "icc_profile" not in pixels.open_picture(ours).info


def test_transparency_stays_where_the_format_has_it(org):
    data = pictures.transparent_png()
    hash_ = org.add(data)["hash"]
    for format_, mean in (("png", 0), ("webp", 4.0), ("avif", 6.0)):
        ours = pixels.open_picture(rendered(org, f"/dynamic/noop/{hash_}.{format_}"))
        assert ours.mode == "RGBA", format_
        alpha = (ours.getchannel("A"), pixels.open_picture(data).getchannel("A"))
        pixels.assert_alike(*alpha, mean=mean, mode="L")


@pytest.mark.parametrize("options,background", [
    ("noop", "255 255 255"),
    ("o-jpg.transparency.color-c81e1e", "200 30 30"),
    ("o-transparency.color-1e28be", "30 40 190"),
])
def test_jpeg_gets_a_colour_behind_transparency(org, options, background):
    data = pictures.transparent_png()
    hash_ = org.add(data)["hash"]
    ours = rendered(org, f"/dynamic/{options}/{hash_}.jpg")
    pixels.assert_alike(ours, vips.convert(data, ".png", ("flatten", "--background", background)), 4.0)


def test_the_colour_behind_jpeg_leaves_png_transparent(org):
    data = pictures.transparent_png()
    hash_ = org.add(data)["hash"]
    assert pixels.open_picture(rendered(org, f"/dynamic/o-jpg.transparency.color-c81e1e/{hash_}.png")).mode == "RGBA"
    assert pixels.open_picture(rendered(org, f"/dynamic/o-transparency.color-c81e1e/{hash_}.png")).mode == "RGB"


def test_resizing_transparency_makes_no_dark_edges(org):
    """Colours are weighted by their opacity: black that nobody sees must not darken the white beside it."""
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (50, 50, 150, 150))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    ours = pixels.open_picture(rendered(org, f"/dynamic/resize-width-37/{hash_}.png"))
    seen = [pixel for pixel in ours.getdata() if pixel[3] > 25]
    assert seen and min(min(pixel[:3]) for pixel in seen) > 240


def test_an_svg_is_sharp_at_any_size(org):
    hash_ = org.add(pictures.SVG)["hash"]
    ours = rendered(org, f"/dynamic/resize-width-600/{hash_}.png")
    theirs = vips.convert(pictures.SVG, ".png", load="[scale=5]")
    pixels.assert_alike(ours, theirs, 1.5, mode="RGBA")


def test_text_in_an_svg_is_drawn(org):
    """Without fonts, text renders blank and nobody says so."""
    svg = (b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">'
           b'<rect width="200" height="60" fill="#fff"/>'
           b'<text x="10" y="40" font-size="32" fill="#000">rucola</text></svg>')
    hash_ = org.add(svg)["hash"]
    image = pixels.open_picture(rendered(org, f"/dynamic/noop/{hash_}.png")).convert("L")
    assert sum(1 for pixel in image.getdata() if pixel < 100) > 200


def test_heic_and_avif_sources_show_their_picture(org):
    plain = pictures.png(120, 80)
    for suffix, save in ((".heic", ("heifsave", "--compression", "hevc", "--Q", "80")), (".avif", ("copy",))):
        data = vips.convert(plain, suffix, save=save)
        hash_ = org.add(data)["hash"]
        pixels.assert_alike(rendered(org, f"/dynamic/noop/{hash_}.png"), vips.convert(data, ".png"), 1.0)


# Animation


@pytest.mark.parametrize("source", ["GIF", "WEBP"])
@pytest.mark.parametrize("format_", ["gif", "webp"])
@pytest.mark.parametrize("operation,size", [("noop", (80, 60)), ("resize-width-40", (40, 30)),
                                            ("crop-width-20-height-20", (20, 20)), ("rotate-angle-90", (60, 80)),
                                            ("blur-sigma-1", (80, 60))])
def test_animations_keep_frames_delays_and_loops(org, source, format_, operation, size):
    hash_ = org.add(pictures.animation(source, loop=3))["hash"]
    data = rendered(org, f"/dynamic/{operation}/{hash_}.{format_}")
    image = Image.open(io.BytesIO(data))
    assert image.size == size
    frames = pixels.frames_of(data)
    assert [delay for _, delay in frames] == pictures.ANIMATION_DELAYS
    for (colour, _), wanted in zip(frames, pictures.ANIMATION_COLOURS, strict=True):
        assert pixels.is_near(colour, wanted, 20)
    # A GIF says how often it is repeated, a WebP how often it is played.
    plays = {"GIF": 4, "WEBP": 3}[source]
    assert image.info["loop"] == {"gif": plays - 1, "webp": plays}[format_]


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_an_animation_without_end_stays_one(org, format_):
    hash_ = org.add(pictures.animation(loop=0))["hash"]
    image = Image.open(io.BytesIO(rendered(org, f"/dynamic/resize-width-20/{hash_}.{format_}")))
    assert (image.n_frames, image.info["loop"]) == (4, 0)


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_an_animation_that_plays_once_stays_one(org, format_):
    """A GIF without a word about repetition is played once."""
    hash_ = org.add(pictures.animation(loop=None))["hash"]
    image = Image.open(io.BytesIO(rendered(org, f"/dynamic/resize-width-20/{hash_}.{format_}")))
    assert image.n_frames == 4
    assert image.info.get("loop") == {"gif": None, "webp": 1}[format_]


def test_a_grey_animation_stays_one(org):
    hash_ = org.add(pictures.animation())["hash"]
    frames = pixels.frames_of(rendered(org, f"/dynamic/grayscale/{hash_}.webp"))
    assert len(frames) == 4
    assert all(max(colour) - min(colour) <= 4 for colour, _ in frames)


@pytest.mark.parametrize("format_", ["jpg", "png", "heif"])
def test_still_formats_show_the_first_frame(org, format_):
    hash_ = org.add(pictures.animation())["hash"]
    data = rendered(org, f"/dynamic/noop/{hash_}.{format_}")
    assert pixels.size_of(data) == (80, 60)
    assert pixels.is_near(pixels.colour_at(data, 0.5, 0.5), pictures.RED)
