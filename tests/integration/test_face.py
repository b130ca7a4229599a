"""The operation face: another image on the features that dynamic metadata names. The other image has a dot for each
feature; after the render the dots have to lie where the features are."""

import json
import math

import pytest
from PIL import Image, ImageDraw

from harness import pictures, pixels

LEFT, RIGHT = (120, 90), (200, 150)
RADIUS = 5
MASK_LEFT, MASK_RIGHT = (30, 40), (170, 40)  # each other's mirror images in a mask of 200 x 80


def mask() -> bytes:
    image = Image.new("RGBA", (200, 80), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for (x, y), colour in ((MASK_LEFT, pictures.RED), (MASK_RIGHT, pictures.BLUE)):
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=(*colour, 255))
    return pictures.encode(image, "PNG")


def metadata(left=LEFT, right=RIGHT, **more) -> dict:
    landmarks = {name: {"x": x, "y": y} for name, (x, y) in (("eyeLeft", left), ("eyeRight", right))}
    return {"detection_face": {"x": 80, "y": 40, "width": 160, "height": 160, "landmarks": landmarks, **more}}


def uploaded(org, meta, name="face.png") -> str:
    data = pictures.encode(Image.new("RGB", (320, 240), pictures.WHITE), "PNG")
    answer = org.upload((name, data), fields={"meta_dynamic[0]": json.dumps(meta)})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]["hash"]


@pytest.fixture(scope="module")
def badge(org):
    return org.add(mask())["hash"]


def drawn(org, operations, hash_) -> Image.Image:
    answer = org.render(f"/dynamic/{operations}/{hash_}.png")
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content).convert("RGB")


def middle_of(image, colour):
    """Of all pixels that look like it."""
    found = [(index % image.width, index // image.width) for index, pixel in enumerate(image.getdata())
             if math.dist(pixel, colour) < 60]
    assert found, f"no pixel is {colour}"
    return tuple(sum(values) / len(found) + 0.5 for values in zip(*found))


def face(badge, anchor=f"{MASK_LEFT[0]}_{MASK_LEFT[1]}", more=""):
    return f"face-secondary_image-{badge}-leftFeature-eyeLeft-rightFeature-eyeRight-anchor-{anchor}{more}"


@pytest.mark.parametrize("left, right", [(LEFT, RIGHT), ((100, 100), (200, 100)), ((200, 60), (140, 180)),
                                         ((250, 150), (150, 150))])
def test_dots_come_to_lie_on_the_features(org, badge, left, right):
    image = drawn(org, face(badge), uploaded(org, metadata(left, right)))
    assert math.dist(middle_of(image, pictures.RED), left) < 1.5
    assert math.dist(middle_of(image, pictures.BLUE), right) < 1.5
    assert image.size == (320, 240)


def test_percentages(org, badge):
    meta = metadata((37.5, 37.5), (62.5, 62.5), percentage=True)
    image = drawn(org, face(badge), uploaded(org, meta))
    assert math.dist(middle_of(image, pictures.RED), LEFT) < 1.5
    assert math.dist(middle_of(image, pictures.BLUE), RIGHT) < 1.5


def test_features_move_with_what_was_done_before(org, badge):
    operations = f"resize-width-160--rotate-angle-90--crop-width-100-height-120-anchor-20_40--{face(badge)}"
    image = drawn(org, operations, uploaded(org, metadata()))
    # Half as large; turned clockwise, (x, y) goes to (120 - y, x); then cut off.
    wanted = [(120 - y / 2 - 20, x / 2 - 40) for x, y in (LEFT, RIGHT)]
    for colour, point in zip((pictures.RED, pictures.BLUE), wanted):
        assert math.dist(middle_of(image, colour), point) < 1.5


def test_scale_leaves_the_anchor_in_its_place(org, badge):
    image = drawn(org, face(badge, more="-scale-0.5"), uploaded(org, metadata()))
    assert math.dist(middle_of(image, pictures.RED), LEFT) < 1.5
    halfway = tuple((a + b) / 2 for a, b in zip(LEFT, RIGHT))
    assert math.dist(middle_of(image, pictures.BLUE), halfway) < 1.5


def test_in_the_middle_it_is_as_wide_as_the_features_are_apart(org):
    box = org.add(pictures.encode(Image.new("RGB", (50, 50), pictures.GREEN), "PNG"))["hash"]
    image = drawn(org, face(box, "center_center"), uploaded(org, metadata((100, 100), (200, 100))))
    assert math.dist(middle_of(image, pictures.GREEN), (100, 100)) < 1
    assert image.getpixel((52, 100)) == image.getpixel((147, 100)) == pictures.GREEN
    assert image.getpixel((47, 100)) == image.getpixel((152, 100)) == pictures.WHITE


def test_several_one_after_the_other(org, badge):
    dot = org.add(pictures.encode(Image.new("RGB", (10, 10), pictures.GREEN), "PNG"))["hash"]
    second = f"face-secondary_image-{dot}-leftFeature-eyeRight-rightFeature-eyeLeft-scale-0.1"
    image = drawn(org, f"{face(badge)}--{second}", uploaded(org, metadata()))
    assert math.dist(middle_of(image, pictures.GREEN), RIGHT) < 1.5


@pytest.mark.parametrize("meta", [
    {}, {"detection_face": {"x": 1, "y": 1, "width": 5, "height": 5}},
    {"detection_face": {"landmarks": {"eyeLeft": {"x": 5, "y": 5}}}},
    {"detection_face": {"landmarks": {"eyeLeft": {"x": 5, "y": 5}, "eyeRight": {"x": 500, "y": 5}}}},
])
def test_without_both_features_the_image_stays_as_it_is(org, badge, meta):
    image = drawn(org, face(badge), uploaded(org, meta))
    assert image.getcolors() == [(320 * 240, pictures.WHITE)]


def test_one_point_is_enough_for_both(org, badge):
    image = drawn(org, face(badge), uploaded(org, metadata(LEFT, LEFT)))
    assert image.size == (320, 240)


def test_what_is_missing_or_unknown_is_said(org, badge):
    hash_ = uploaded(org, metadata())
    answer = org.render(f"/dynamic/face-secondary_image-{badge}/{hash_}.png")
    assert answer.status_code == 400 and "leftFeature" in answer.text
    answer = org.render(f"/dynamic/{face('0' * 40)}/{hash_}.png")
    assert answer.status_code == 404
    answer = org.render(f"/dynamic/{face(badge, 'nowhere')}/{hash_}.png")
    assert answer.status_code == 400 and "anchor" in answer.text
