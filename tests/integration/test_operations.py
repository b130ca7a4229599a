"""Operations on one image: every kind of source through each, compared with what plain Python makes of the same pixels."""

import io

import pytest
from PIL import Image, ImageChops, ImageSequence

from harness import judges, pictures, pixels, vips

KINDS = pictures.every_kind()


@pytest.fixture(scope="module")
def sources(org):
    """Of each kind its hash and its upright pixels in sRGB: how those come about is the matter of other tests."""
    found = {}
    for kind, data in KINDS.items():
        hash_ = org.add(data)["hash"]
        found[kind] = (hash_, drawn(org, "noop", hash_))
    return found


@pytest.fixture(scope="module")
def moving(org):
    return org.add(pictures.animation("WEBP", 40, 28))["hash"]


def drawn(org, operation, hash_) -> Image.Image:
    answer = org.render(f"/dynamic/{operation}/{hash_}.png")
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content).convert("RGBA")


def frames(org, operation, hash_) -> list[Image.Image]:
    answer = org.render(f"/dynamic/{operation}--o-webp.quality-100/{hash_}.webp")
    assert answer.status_code == 200, answer.text
    return [frame.convert("RGBA") for frame in ImageSequence.Iterator(Image.open(io.BytesIO(answer.content)))]


def by_vips(*steps):
    def judge(picture):
        if picture.getextrema()[3] == (255, 255):
            picture = picture.convert("RGB")
        return pixels.open_picture(vips.convert(pictures.encode(picture, "PNG"), ".png", *steps)).convert("RGBA")
    return judge


SHARPEN = "--sigma {} --x1 {} --y2 {} --y3 {} --m1 {} --m2 {}"


def sharpened(*values):
    return by_vips(("sharpen", *SHARPEN.format(*values).split()))


# Operation, its judge, the mean and the largest difference of a sample that rounding may make.
OPERATIONS = {
    "sharpen": (sharpened(0.7, 2, 10, 20, 0.4, 0.8), 1.0, 12),
    "sharpen-sigma-2-m2-5-y2-30-y3-40-x1-1-m1-1": (sharpened(2, 1, 30, 40, 1, 5), 1.5, 24),
    "sepia": (judges.sepia, 0.5, 1),
    "modulate-brightness-150": (judges.modulate(brightness=150), 1.0, 3),
    "modulate-brightness-40": (judges.modulate(brightness=40), 1.0, 3),
    "modulate-brightness-0": (judges.multiply(0, 0, 0), 0, 0),
    "modulate-saturation-0": (judges.modulate(saturation=0), 1.0, 3),
    "modulate-saturation-180": (judges.modulate(saturation=180), 1.0, 4),
    "modulate-hue-90": (judges.modulate(hue=90), 1.0, 4),
    "modulate-brightness-80-saturation-50-hue-200": (judges.modulate(80, 50, 200), 1.0, 3),
    "modulate-hue-360": (judges.unchanged, 0, 0),
    "multiply": (judges.multiply(0.96, 0.96, 0.96), 0.2, 1),
    "multiply-factor-0.3": (judges.multiply(0.3, 0.3, 0.3), 0.2, 1),
    "multiply-factor-0": (judges.multiply(0, 0, 0), 0, 0),
    "multiply-factor_color-ff8000": (judges.multiply(1, 128 / 255, 0), 0.2, 1),
    "alpha": (judges.alpha_mask, 0, 0),
    "alpha-mode-extract": (judges.alpha_extract, 0, 0),
    "alpha-mode-remove": (judges.alpha_remove, 0, 0),
    "alpha-mode-apply": (judges.opacity(50), 0.2, 1),
    "alpha-mode-apply-opacity-13": (judges.opacity(13), 0.2, 1),
    "alpha-mode-apply-opacity-0": (judges.opacity(0), 0, 0),
    "blur-sigma-2-radius-3": (judges.blur(2, 3), 0.6, 4),
    "blur-sigma-3-radius-1": (judges.blur(3, 1), 0.6, 4),
    "blur-sigma-9-radius-27": (judges.blur(9, 27), 0.6, 4),
    "blur-sigma-0-radius-9": (judges.unchanged, 0, 0),
    "dropshadow": (judges.unchanged, 0, 0),
    "dropshadow-opacity-100": (judges.dropshadow(0, 0, 100, 0.5, 2, (0, 0, 0)), 0.5, 3),
    "dropshadow-opacity-60-horizontal-5-vertical-3-sigma-2-color-c81e1e":
        (judges.dropshadow(5, 3, 60, 2, 6, (200, 30, 30)), 0.5, 3),
    "dropshadow-opacity-80-horizontal--30-vertical--7-sigma-1.5-blur_radius-2":
        (judges.dropshadow(-30, -7, 80, 1.5, 2, (0, 0, 0)), 0.5, 3),
    "dropshadow-opacity-70-sigma-8-horizontal-6": (judges.dropshadow(6, 0, 70, 8, 24, (0, 0, 0)), 0.5, 3),
    "dropshadow-opacity-50-sigma-0-vertical-4": (judges.dropshadow(0, 4, 50, 0, 0, (0, 0, 0)), 0.5, 3),
    "circlemask": (judges.circlemask, 0.5, 16),
}


def rim(kind):
    """What a circle's rim may differ by: a disc in one pixel is little more than a rim."""
    return 56 if kind.startswith("one") else 0


def visible(picture):
    """Colours weighed by their opacity: lossless WebP keeps none where there is nothing to see."""
    return Image.frombytes("RGBA", picture.size, picture.convert("RGBa").tobytes())


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_an_operation_makes_of_each_kind_of_source(org, sources, kind, operation):
    judge, mean, largest = OPERATIONS[operation]
    hash_, upright = sources[kind]
    if operation == "circlemask":
        mean, largest = mean + rim(kind), largest + rim(kind)
    pixels.assert_alike(visible(drawn(org, operation, hash_)), visible(judge(upright)), mean, largest, mode="RGBA")
    if "shadow" not in operation and "blur" not in operation:  # those say nothing about colours nobody sees
        pixels.assert_alike(drawn(org, operation, hash_), judge(upright), mean, largest, mode="RGBA")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_works_on_every_frame(org, moving, operation):
    judge, mean, largest = OPERATIONS[operation]
    before, after = frames(org, "noop", moving), frames(org, operation, moving)
    assert len(before) == len(pictures.ANIMATION_COLOURS)
    for one, other in zip(before, after, strict=False):
        pixels.assert_alike(visible(other), visible(judge(one)), mean + 1, largest + 3, mode="RGBA")


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif", "gif"])
@pytest.mark.parametrize("operation", ["alpha", "alpha-mode-extract", "alpha-mode-remove", "circlemask", "sepia"])
def test_transparent_results_in_every_format(org, sources, operation, format_):
    hash_, upright = sources["alpha"]
    answer = org.render(f"/dynamic/{operation}/{hash_}.{format_}")
    assert answer.status_code == 200, answer.text
    assert pixels.size_of(answer.content) == upright.size


def test_the_corners_outside_the_circle_take_the_colour_behind_jpeg(org, sources):
    hash_, _ = sources["png"]
    data = org.render(f"/dynamic/circlemask/o-jpg.transparency.color-c81e1e/{hash_}.jpg").content
    assert pixels.is_near(pixels.colour_at(data, 0, 0), pictures.RED, tolerance=24)


# What has to be measured in the pixels first


def trimmed(picture: Image.Image) -> Image.Image:
    """Without the edges in the colour of the first pixel; invisible colours are all the same."""
    seen = visible(picture)
    apart = ImageChops.difference(seen, Image.new("RGBA", seen.size, seen.getpixel((0, 0))))
    boxes = [band.getbbox() for band in apart.split() if band.getbbox()]
    if not boxes:
        return picture
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return picture.crop(box)


@pytest.mark.parametrize("kind", KINDS)
def test_trim_cuts_off_the_background(org, sources, kind):
    hash_, upright = sources[kind]
    pixels.assert_alike(drawn(org, "trim", hash_), trimmed(upright), 0, 0, mode="RGBA")


@pytest.mark.parametrize("ground", [(255, 255, 255, 255), (20, 120, 40, 255), (0, 0, 0, 0), (90, 0, 0, 0)])
@pytest.mark.parametrize("border", [(7, 3, 11, 5), (0, 9, 0, 0), (0, 0, 0, 1)])
def test_trim_finds_each_edge(org, ground, border):
    left, top, right, bottom = border
    inner = pictures.scene(50, 40, seed=5).convert("RGBA")
    inner.paste((255, 0, 255, 255), (0, 0, 50, 1))
    inner.paste((255, 0, 255, 255), (0, 39, 50, 40))
    inner.paste((255, 0, 255, 255), (0, 0, 1, 40))
    inner.paste((255, 0, 255, 255), (49, 0, 50, 40))
    image = Image.new("RGBA", (50 + left + right, 40 + top + bottom), ground)
    image.paste(inner, (left, top))
    if border == (0, 0, 0, 1):  # the pixel at the top left is the scene's: it is the background then
        inner = trimmed(image)
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    pixels.assert_alike(drawn(org, "trim", hash_), inner, 0, 0, mode="RGBA")
    assert drawn(org, "trim--resize-width-10", hash_).width == 10


def test_trim_is_as_fuzzy_as_it_is_told(org):
    image = Image.new("RGB", (60, 50), (100, 100, 100))
    image.paste((120, 100, 100), (5, 5, 55, 45))  # 7.8 % of 255 away
    image.paste((100, 200, 100), (20, 15, 30, 25))  # 39.2 %
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    sizes = {fuzzy: drawn(org, f"trim-fuzzy-{fuzzy}", hash_).size for fuzzy in ("0", "7", "8", "39", "40", "100")}
    assert sizes == {"0": (50, 40), "7": (50, 40), "8": (10, 10), "39": (10, 10), "40": (60, 50), "100": (60, 50)}


def test_trim_by_a_colour_looks_at_no_corner(org):
    """A white frame that one can see through outside, and a subject that reaches into the corner."""
    image = Image.new("RGBA", (90, 70), (255, 0, 0, 0))
    image.paste((255, 255, 255, 255), (5, 5, 85, 65))
    image.paste((200, 30, 30, 255), (20, 15, 60, 40))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    pixels.assert_alike(drawn(org, "trim", hash_), image.crop((5, 5, 85, 65)), 0, 0, mode="RGBA")
    pixels.assert_alike(drawn(org, "trim-color-ffffff", hash_), image.crop((20, 15, 60, 40)), 0, 0, mode="RGBA")
    assert drawn(org, "trim-color-ffff00", hash_).size == (80, 60)
    corner = image.crop((20, 15, 90, 70))
    hash_ = org.add(pictures.encode(corner, "PNG"))["hash"]
    assert drawn(org, "trim-color-ffffff", hash_).size == (40, 25)
    assert drawn(org, "trim", hash_).size == corner.size


def test_trim_leaves_the_padding_that_is_there(org):
    image = Image.new("RGB", (90, 70), (255, 255, 255))
    image.paste(pictures.scene(40, 25, seed=5), (20, 15))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    for padding in (0, 1, 15, 16, 20, 30, 10000):
        box = (max(0, 20 - padding), max(0, 15 - padding), min(90, 60 + padding), min(70, 40 + padding))
        pixels.assert_alike(drawn(org, f"trim-color-ffffff-padding-{padding}", hash_), image.crop(box), 0, 0)
    width, height = drawn(org, "resize-width-90--trim--o-dpr-2", hash_).size
    assert drawn(org, "resize-width-90--trim-padding-4--o-dpr-2", hash_).size == (width + 16, height + 16)
    answer = org.render(f"/dynamic/trim-padding--1/{hash_}.png")
    assert answer.status_code == 400 and "0 to 10000" in answer.text


def test_every_frame_says_where_all_are_trimmed(org):
    inner = [Image.new("RGB", (20, 10), colour) for colour in pictures.ANIMATION_COLOURS]
    outer = []
    for picture in inner:
        outer.append(Image.new("RGB", (40, 30), (1, 2, 3)))
        outer[-1].paste(picture, (8, 6))
    buffer = io.BytesIO()
    outer[0].save(buffer, "WEBP", save_all=True, append_images=outer[1:], duration=100, lossless=True)
    hash_ = org.add(buffer.getvalue())["hash"]
    for frame, wanted in zip(frames(org, "trim", hash_), inner, strict=True):
        pixels.assert_alike(frame, wanted, 2, 4)


def test_only_photos_that_get_smaller_are_sharpened(org):
    photo = org.add(pictures.encode(pictures.noise(200, 150, 90).convert("RGB"), "PNG"))["hash"]
    drawing = org.add(pictures.encode(pictures.quadrants(200, 150), "PNG"))["hash"]

    def same(hash_, one, other):
        return drawn(org, one, hash_).tobytes() == drawn(org, other, hash_).tobytes()
    assert same(photo, "resize-width-100-sharpen-true", "resize-width-100--sharpen")
    assert not same(photo, "resize-width-100-sharpen-true", "resize-width-100")
    assert same(photo, "resize-width-300-sharpen-true", "resize-width-300")
    assert same(photo, "resize-width-200-sharpen-true", "noop")
    assert same(drawing, "resize-width-100-sharpen-true", "resize-width-100")
    assert not same(drawing, "resize-width-100--sharpen", "resize-width-100")
    assert same(photo, "resize-width-100-sharpen-false", "resize-width-100")


# Enlarging: Pillow's bicubic filter is the same as ours.


@pytest.mark.parametrize("size", [(80, 56), (123, 77), (41, 28), (40, 29), (400, 280), (39, 90)])
@pytest.mark.parametrize("kind", KINDS)
def test_enlarging_keeps_everything_in_its_place(org, sources, kind, size):
    hash_, upright = sources[kind]
    width, height = size
    ours = drawn(org, f"resize-width-{width}-height-{height}-mode-absolute", hash_)
    weighed = upright.convert("RGBa")
    shrunk = weighed.resize((min(width, weighed.width), weighed.height), Image.Resampling.LANCZOS)
    theirs = shrunk.resize(size, Image.Resampling.BICUBIC).convert("RGBA")
    pixels.assert_alike(visible(ours), visible(theirs), 0.6, 255 if width == 39 else 40, mode="RGBA")


# A glitch is anybody's guess; but lines only slip: a row keeps its samples, in another order.


def rows(picture):
    for y in range(picture.height):
        yield [sorted(picture.crop((0, y, picture.width, y + 1)).getdata(band)) for band in range(3)]


@pytest.mark.parametrize("operation", ["glitch", "glitch-amount-10", "glitch-amount-1-random-abc"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_glitch_moves_samples_along_their_row(org, sources, kind, operation):
    hash_, upright = sources[kind]
    glitched = drawn(org, operation, hash_)
    assert glitched.size == upright.size
    assert list(rows(glitched)) == list(rows(upright))
    if upright.size > (1, 1):
        assert glitched.tobytes() != upright.tobytes()


def test_the_same_text_makes_the_same_glitch(org, server, sources):
    hash_, upright = sources["png"]
    a, b = drawn(org, "glitch-random-a", hash_), drawn(org, "glitch-random-b", hash_)
    assert a.tobytes() != b.tobytes()
    other = server.organization()
    again = other.add(KINDS["png"])["hash"]
    assert drawn(other, "glitch-random-a", again).tobytes() == a.tobytes()
    assert drawn(org, "glitch-amount-0", hash_).tobytes() == upright.tobytes()


def test_every_frame_has_the_same_glitch(org, moving):
    before, after = frames(org, "noop", moving), frames(org, "glitch", moving)
    assert len(after) == len(before)
    for one, other in zip(before, after, strict=True):
        pixels.assert_alike(one, other, 1, 4)  # frames of one colour: rows in another order look the same


# Shapes come nearer to the picture the more of them there are.


@pytest.mark.parametrize("mode", range(10))
def test_shapes_resemble_the_picture(org, mode):
    hash_ = org.add(pictures.png(160, 120, seed=11))["hash"]
    upright = drawn(org, "noop", hash_)
    ground = Image.new("RGB", upright.size, tuple(round(sum(upright.getdata(band)) / 160 / 120) for band in range(3)))
    distances = [pixels.difference(upright, ground)[0]]
    for count in (5, 60):
        painted = drawn(org, f"primitive-count-{count}-mode-{mode}", hash_)
        assert painted.size == upright.size
        assert painted.getextrema()[3] == (255, 255)
        distances.append(pixels.difference(upright, painted)[0])
    assert distances[2] < distances[1] < distances[0]


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_of_every_kind_of_source(org, sources, kind):
    hash_, upright = sources[kind]
    painted = drawn(org, "primitive-count-9", hash_)
    assert painted.size == upright.size
    if kind == "one pixel":
        pixels.assert_alike(painted, upright, 2, 2)


def test_the_same_picture_is_painted_everywhere(org, server, sources):
    hash_, _ = sources["png"]
    again = server.organization()
    assert again.render(f"/dynamic/primitive-count-20/{again.add(KINDS['png'])['hash']}.png").content == \
        org.render(f"/dynamic/primitive-count-20/{hash_}.png").content


def test_every_frame_is_painted(org, moving):
    before, after = frames(org, "noop", moving), frames(org, "primitive-count-3", moving)
    for one, other in zip(before, after, strict=True):
        pixels.assert_alike(one, other, 2, 6)


def test_a_resize_after_a_sharpening_does_not_sharpen_over_and_over(org):
    """It took longer than a render may take."""
    large = org.add(pictures.encode(pictures.scene(400, 300).resize((4000, 3000)), "JPEG"))["hash"]
    assert drawn(org, "sharpen-sigma-10--resize-width-400", large).size == (400, 300)


def test_a_shadow_that_may_reach_far_is_quick_if_it_does_not(org):
    hash_ = org.add(pictures.solid(pictures.RED, 1, 1))["hash"]
    far = drawn(org, "dropshadow-opacity-50-sigma-0.5-blur_radius-1500", hash_)
    assert far.size == (3001, 3001)
    assert far.getpixel((1500, 1500)) == (*pictures.RED, 255)


def test_a_shadow_leaves_no_more_than_the_limits_allow(org, sources):
    hash_, _ = sources["png"]
    answer = org.render(f"/dynamic/dropshadow-opacity-50-sigma-10000/{hash_}.png")
    assert answer.status_code == 422
    assert "render.max_output" in answer.json()["error"]["message"]
