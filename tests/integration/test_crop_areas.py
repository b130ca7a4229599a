"""Crops around the areas that an image's dynamic metadata names, over HTTP: each area has a colour of its own."""

import json

import pytest
from PIL import Image

from harness import pictures, pixels

SUBJECT, FRAME, FACE = (200, 120, 40, 30), (20, 60, 80, 45), (300, 10, 20, 20)
AREAS = {"red": SUBJECT, "green": FRAME, "blue": FACE}
COLOURS = {"red": pictures.RED, "green": pictures.GREEN, "blue": pictures.BLUE}


def marked() -> Image.Image:
    image = Image.new("RGB", (400, 200), pictures.WHITE)
    for name, (x, y, width, height) in AREAS.items():
        image.paste(COLOURS[name], (x, y, x + width, y + height))
    return image


def box(area):
    return dict(zip(("x", "y", "width", "height"), area, strict=True))


def uploaded(org, data, metadata) -> str:
    answer = org.upload(("areas.png", data), fields={"meta_dynamic[0]": json.dumps(metadata)})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]["hash"]


def shown(org, operations, hash_) -> Image.Image:
    answer = org.render(f"/dynamic/{operations}/{hash_}.png")
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content).convert("RGB")


@pytest.fixture(scope="module")
def images(org):
    data = pictures.encode(marked(), "PNG")
    areas = {"subject_area": box(SUBJECT), "crop_area": box(FRAME), "detection_face": box(FACE)}
    named = {"multi_areas": {"frame": {"crop_area": box(FRAME)}}}
    return {
        "none": uploaded(org, data, {}),
        "all": uploaded(org, data, areas),
        "frame": uploaded(org, data, {"crop_area": box(FRAME)}),
        "face": uploaded(org, data, {"detection_face": box(FACE)}),
        "named": uploaded(org, data, named),
        "percent": uploaded(org, data, {"subject_area": {"x": 50, "y": 60, "width": 10, "height": 15, "percentage": True}}),
    }


def assert_only(image, colour, size):
    assert image.size == size
    assert image.getcolors() == [(size[0] * size[1], colour)]


@pytest.mark.parametrize("image,operations,colour,size", [
    ("all", "crop-width-1-height-1-mode-box", "red", (40, 30)),
    ("percent", "crop-width-1-height-1-mode-box", "red", (40, 30)),
    ("all", "crop-width-1-height-1-mode-box-anchor-subjectarea", "red", (40, 30)),
    ("all", "crop-width-1-height-1-mode-box-anchor-croparea", "green", (80, 45)),
    ("all", "crop-width-1-height-1-mode-box-anchor-face", "blue", (20, 20)),
    ("all", "crop-width-20-height-10", "red", (20, 10)),
    ("frame", "crop-width-16-height-9-mode-ratio", "green", (80, 45)),
    ("frame", "crop-width-1-height-1-mode-ratio", "green", (45, 45)),
    ("frame", "crop-width-300-height-20", "green", (80, 20)),
    ("face", "crop-width-12-height-12", "blue", (12, 12)),
    ("face", "crop-width-12-height-12-anchor-subjectarea-fallback-face", "blue", (12, 12)),
    ("named", "crop-width-16-height-9-mode-ratio-area-frame", "green", (80, 45)),
    ("all", "rotate-angle-90--crop-width-1-height-1-mode-box", "red", (30, 40)),
    ("all", "rotate-angle-270--crop-width-1-height-1-mode-box-anchor-face", "blue", (20, 20)),
    ("all", "resize-width-800--crop-width-1-height-1-mode-box-scale-80", "red", (64, 48)),
    ("all", "crop-width-200-height-100-anchor-right_bottom--crop-width-1-height-1-mode-box", "red", (40, 30)),
    ("all", "dropshadow-opacity-50-sigma-3--crop-width-1-height-1-mode-box", "red", (40, 30)),
])
def test_a_crop_shows_the_area(org, images, image, operations, colour, size):
    assert_only(shown(org, operations, images[image]), COLOURS[colour], size)


def test_the_smallest_box_of_a_ratio_around_the_area(org, images):
    image = shown(org, "crop-width-2-height-1-mode-area", images["all"])
    assert image.size == (60, 30)
    red = sum(count for count, colour in image.getcolors() if colour == pictures.RED)
    assert red == 40 * 30


def test_moving_the_area(org, images):
    image = shown(org, "crop-width-1-height-1-mode-box-movearea_x-50-movearea_y--50", images["all"])
    assert image.size == (40, 30)
    assert image.getpixel((0, 29)) == pictures.RED and image.getpixel((39, 0)) == pictures.WHITE
    assert sum(count for count, colour in image.getcolors() if colour == pictures.RED) == 20 * 15


@pytest.mark.parametrize("operations", [
    "crop-width-60-height-40", "crop-width-60-height-40-anchor-face", "crop-width-60-height-40-mode-box",
    "crop-width-60-height-40-area-frame",
])
def test_without_areas_the_middle_is_cropped(org, images, operations):
    assert list(shown(org, operations, images["none"]).getdata()) == list(marked().crop((170, 80, 230, 120)).getdata())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_areas_are_those_of_the_upright_image(org, orientation):
    data = pictures.oriented_jpeg(orientation)
    hash_ = uploaded(org, data, {"subject_area": {"x": 70, "y": 5, "width": 40, "height": 30}})
    image = shown(org, "crop-width-1-height-1-mode-box", hash_)
    assert image.size == (40, 30)
    assert pixels.is_near(pixels.colour_at(image, 0.5, 0.5), pictures.GREEN)


def test_areas_may_lie_outside_of_the_image(org):
    for number, areas in enumerate([{"subject_area": {"x": 400, "y": 0, "width": 5, "height": 5}},
                                    {"crop_area": {"x": 0, "y": 0, "width": 10_000_000, "height": 10_000_000}}]):
        hash_ = uploaded(org, pictures.png(40, 30, seed=900 + number), areas)
        assert shown(org, "crop-width-10-height-10-area-x", hash_).size == (10, 10)


@pytest.mark.parametrize("size,wanted", [((400, 300), (400, 267)), ((400, 700), (400, 267)), ((1000, 300), (450, 300)),
                                         ((1200, 1200), (900, 600)), ((1, 1), (1, 1))])
def test_a_crop_after_a_resize_that_may_not_enlarge_keeps_its_ratio(org, size, wanted):
    hash_ = org.add(pictures.solid(pictures.GREEN, *size))["hash"]
    operations = "resize-width-900-height-600-mode-fill-upscale-false--crop-width-900-height-600"
    assert shown(org, operations, hash_).size == wanted
