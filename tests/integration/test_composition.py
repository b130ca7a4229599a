"""The operation composition: other images, boxes and stacks over and behind an image, compared with what Python makes
of the same pixels by the arithmetic of "over"."""

import io
import json

import pytest
from PIL import Image, ImageSequence

from harness import pictures, pixels

KINDS = pictures.every_kind()
BADGE = Image.new("RGBA", (16, 10), (250, 200, 0, 255))
BADGE.putalpha(Image.linear_gradient("L").resize((16, 10)))


def over(below: Image.Image, above: Image.Image, at=(0, 0)) -> Image.Image:
    """Sample by sample, in fractions; what reaches over the edge is cut off."""
    result = below.copy()
    target, source = result.load(), above.load()
    for y in range(max(0, -at[1]), min(above.height, below.height - at[1])):
        for x in range(max(0, -at[0]), min(above.width, below.width - at[0])):
            *top, a = source[x, y]
            *bottom, b = target[x + at[0], y + at[1]]
            a, b = a / 255, b / 255
            alpha = a + b * (1 - a)
            mixed = [round((t * a + u * b * (1 - a)) / alpha) if alpha else 0 for t, u in zip(top, bottom)]
            target[x + at[0], y + at[1]] = (*mixed, round(alpha * 255))
    return result


def faded(image: Image.Image, percent: float) -> Image.Image:
    image = image.copy()
    image.putalpha(image.getchannel("A").point(lambda a: round(a * percent / 100)))
    return image


def on_canvas(image: Image.Image, size, at) -> Image.Image:
    canvas = Image.new("RGBA", size)
    canvas.paste(image, at)
    return canvas


def drawn(org, operations, hash_) -> Image.Image:
    answer = org.render(f"/dynamic/{operations}/{hash_}.png")
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def assert_seen_alike(one: Image.Image, other: Image.Image, largest: int = 1):
    """Colours that nobody sees don't count."""
    assert one.size == other.size
    for a, b in zip(one.convert("RGBA").getdata(), other.convert("RGBA").getdata()):
        assert abs(a[3] - b[3]) <= largest
        if b[3] > 8:
            assert all(abs(x - y) <= max(largest, 255 // b[3]) for x, y in zip(a[:3], b[:3])), f"{a} is not {b}"


@pytest.fixture(scope="module")
def badge(org):
    return org.add(pictures.encode(BADGE, "PNG"))["hash"]


@pytest.fixture(scope="module")
def scene(org):
    return org.add(pictures.png(60, 40, seed=3))["hash"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_image_lies_over_every_kind(org, badge, kind):
    hash_ = org.add(KINDS[kind])["hash"]
    plain = drawn(org, "noop", hash_).convert("RGBA")
    found = drawn(org, f"composition-secondary_image-{badge}-anchor-right_bottom", hash_)
    if plain.width < 16:
        expected = over(on_canvas(plain, BADGE.size, (BADGE.width - plain.width, BADGE.height - plain.height)), BADGE)
    else:
        expected = over(plain, BADGE, (plain.width - 16, plain.height - 10))
    assert_seen_alike(found, expected)


@pytest.mark.parametrize("opacity", [0, 1, 50, 99, 100])
@pytest.mark.parametrize("kind", ["png", "alpha", "grey with alpha", "cmyk", "16 bits", "one clear pixel"])
def test_a_box_lies_over_or_behind(org, kind, opacity):
    hash_ = org.add(KINDS[kind])["hash"]
    plain = drawn(org, "noop", hash_).convert("RGBA")
    box = faded(Image.new("RGBA", (50, 50), (12, 200, 99, 255)), opacity)
    options = f"width-50-height-50-secondary_color-0cc863-secondary_opacity-{opacity}-anchor-left_center"
    canvas = (max(50, plain.width), max(50, plain.height))
    at = (0, (canvas[1] - plain.height) // 2)
    behind = drawn(org, f"composition-mode-foreground-{options}", hash_)
    assert_seen_alike(behind, over(on_canvas(box, canvas, (0, 0)), plain, at))
    in_front = drawn(org, f"composition-mode-background-{options}", hash_)
    assert_seen_alike(in_front, over(on_canvas(plain, canvas, at), box))


def test_only_what_can_be_transparent_has_an_alpha_band(org, scene):
    for options, mode in {
        "mode-foreground-width-80-height-80-secondary_opacity-0": "RGBA",
        "mode-foreground-width-80-height-80": "RGB",
        "mode-foreground-width-20-height-80": "RGBA",
        "mode-background-width-20-height-20-secondary_opacity-40": "RGB",
        "mode-background-width-20-height-20-angle-45": "RGB",
        "mode-background-width-100-height-100-angle-45": "RGBA",
    }.items():
        assert drawn(org, f"composition-{options}", scene).mode == mode, options


@pytest.mark.parametrize("anchor,left,top", [
    ("left_top", 0, 0), ("center_top", 22, 0), ("right_top", 44, 0),
    ("left_center", 0, 15), ("center_center", 22, 15), ("right_center", 44, 15),
    ("left_bottom", 0, 30), ("center_bottom", 22, 30), ("right_bottom", 44, 30),
    ("15_7", 15, 7), ("50_35", 50, 35), ("999_0", 999, 0), ("auto", 22, 15), ("right-bottom", 44, 30),
])
def test_every_anchor(org, scene, badge, anchor, left, top):
    plain = drawn(org, "noop", scene).convert("RGBA")
    answer = org.put_stack("anchored", {"operations": [
        {"name": "composition", "options": {"secondary_image": badge, "anchor": anchor}}]}, overwrite=True)
    assert answer.status_code in (200, 201), answer.text
    found = org.render(f"/anchored/{scene}.png")
    assert found.status_code == 200, found.text
    assert_seen_alike(pixels.open_picture(found.content), over(plain, BADGE, (left, top)))


def test_an_image_in_front_is_never_cut_off(org, scene):
    found = drawn(org, "composition-mode-foreground-width-100-height-60-anchor-90_50", scene)
    assert pixels.difference(found.crop((40, 20, 100, 60)), drawn(org, "noop", scene)) == (0, 0)


@pytest.mark.parametrize("options,size", [
    ("width-32", (32, 20)), ("height-5", (8, 5)), ("width-30-height-20", (30, 19)),
    ("width-30-height-20-resize_mode-absolute", (30, 20)), ("width-30-height-20-resize_mode-fill", (32, 20)),
    ("resize_to_primary-true", (60, 38)), ("resize_to_primary-true-resize_mode-absolute", (60, 40)),
])
def test_the_other_image_is_resized(org, badge, options, size):
    clear = org.add(pictures.encode(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))["hash"]
    found = drawn(org, f"composition-{options}-secondary_image-{badge}-anchor-left_top", clear)
    box = found.getchannel("A").point(lambda a: 255 if a > 127 else 0).getbbox()
    assert found.size == (60, 40) and box[2] == size[0]
    assert box[3] == size[1], "the lower half of the badge is the opaque one"


def test_after_a_resize_lengths_are_in_device_pixels(org, scene, badge):
    found = drawn(org, f"resize-width-30--composition-width-8-secondary_image-{badge}-anchor-2_3--o-dpr-2", scene)
    assert found.size == (60, 40)
    once = drawn(org, f"resize-width-60--composition-width-16-secondary_image-{badge}-anchor-4_6", scene)
    assert pixels.difference(found, once) == (0, 0)


def test_angle_turns_what_lies_over(org, badge):
    black = org.add(pictures.solid((0, 0, 0), 60, 40))["hash"]
    found = drawn(org, f"composition-angle-90-secondary_image-{badge}-anchor-left_top", black)
    turned = BADGE.transpose(Image.Transpose.ROTATE_270)
    assert_seen_alike(found, over(Image.new("RGBA", (60, 40), (0, 0, 0, 255)), turned))


def test_each_frame_of_an_animation(org, badge):
    hash_ = org.add(pictures.animation("WEBP", 40, 28))["hash"]
    found = org.render(f"/dynamic/composition-secondary_image-{badge}-anchor-3_4--o-webp.quality-100/{hash_}.webp")
    assert found.status_code == 200, found.text
    frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(Image.open(io.BytesIO(found.content)))]
    assert len(frames) == len(pictures.ANIMATION_COLOURS)
    for frame, colour in zip(frames, pictures.ANIMATION_COLOURS):
        expected = over(Image.new("RGBA", (40, 28), (*colour, 255)), BADGE, (3, 4))
        mean, _ = pixels.difference(frame, expected)
        assert mean < 6


def test_a_secondary_stack_with_variables(org, scene, badge):
    org.put_stack("square", {"operations": [
        {"name": "crop", "options": {"height": 4, "anchor": "left_bottom"}, "expressions": {"width": "$w"}}],
        "variables": {"w": 2}}, overwrite=True)
    plain = drawn(org, "noop", scene).convert("RGBA")
    for variables, width in [(None, 2), ({"w": 7}, 7), ("w=5&x=a%20b", 5)]:
        options = {"secondary_image": badge, "secondary_stack": "square", "anchor": "left_top"}
        if variables:
            options["secondary_stack_variables"] = variables
        answer = org.put_stack("outer", {"operations": [{"name": "composition", "options": options}]}, overwrite=True)
        assert answer.status_code in (200, 201), answer.text
        found = org.render(f"/outer/{scene}.png")
        assert found.status_code == 200, found.text
        assert_seen_alike(pixels.open_picture(found.content), over(plain, BADGE.crop((0, 6, width, 10))))
    in_url = org.render(f'/outer/v-w-9/{scene}.png')
    assert in_url.status_code == 200, in_url.text


def test_a_secondary_stack_alone_uses_the_same_image(org, scene):
    org.put_stack("tiny", {"operations": [{"name": "resize", "options": {"width": 12}}, {"name": "grayscale"}]},
                  overwrite=True)
    found = drawn(org, "composition-secondary_stack-tiny-anchor-left_top", scene)
    small = drawn(org, "resize-width-12--grayscale", scene).convert("RGB")
    assert pixels.difference(found.crop((0, 0, *small.size)), small)[1] <= 1


def test_an_alias_is_followed_when_it_moves(org, scene, badge):
    other = org.add(pictures.solid((1, 2, 3), 5, 5))["hash"]
    org.point("logo", badge)
    org.stack("branded", {"name": "composition", "options": {"secondary_image": "logo", "anchor": "left_top"}})
    first = org.render(f"/branded/{scene}.png").content
    org.point("logo", other)
    second = pixels.open_picture(org.render(f"/branded/{scene}.png").content)
    assert pixels.open_picture(first).getpixel((2, 2)) != (1, 2, 3)
    assert second.getpixel((2, 2)) == (1, 2, 3)


def test_an_svg_is_drawn_at_the_size_it_is_shown_at(org, scene):
    drawing = org.add(b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><rect width="1" height="2" '
                      b'fill="#fff"/><rect x="1" width="1" height="2" fill="#000"/></svg>', "half.svg")["hash"]
    found = drawn(org, f"composition-width-40-secondary_image-{drawing}-anchor-left_top", scene).convert("RGB")
    assert [found.getpixel((x, 20)) for x in (2, 19, 20, 38)] == [(255,) * 3, (255,) * 3, (0,) * 3, (0,) * 3]


@pytest.mark.parametrize("options,code,part", [
    ("mode-middle", 400, "mode"), ("width-0", 400, "width"), ("width-10001", 400, "width"), ("height-x", 400, "height"),
    ("resize_mode-cover", 400, "resize_mode"), ("anchor-clever", 400, "anchor"), ("anchor-left", 400, "anchor"),
    ("secondary_color-12345", 400, "secondary_color"), ("secondary_opacity-101", 400, "secondary_opacity"),
    ("secondary_opacity--1", 400, "secondary_opacity"), ("angle-361", 400, "angle"),
    ("resize_to_primary-maybe", 400, "resize_to_primary"), ("secondary_stack_variables-oops", 400, "secondary_stack_variables"),
    ("secondary_image-ffffffffff", 404, "An image that the stack uses"),
    ("secondary_image-nobody", 404, "An image that the stack uses"),
    ("secondary_stack-nothing", 404, "A stack that this one uses"),
])
def test_what_makes_no_sense_is_refused(org, scene, options, code, part):
    answer = org.render(f"/dynamic/composition-{options}/{scene}.png")
    assert answer.status_code == code, answer.text
    assert part in answer.text


def test_a_deleted_image_is_missed(org, scene):
    gone = org.add(pictures.solid((9, 9, 9), 7, 7))["hash"]
    assert org.image(gone, method="DELETE").status_code in (200, 204)
    answer = org.render(f"/dynamic/composition-secondary_image-{gone}/{scene}.png")
    assert answer.status_code == 404, answer.text


def test_a_stack_that_uses_itself_is_refused(org, scene):
    org.stack("loop", {"name": "composition", "options": {"secondary_stack": "loop"}})
    answer = org.render(f"/loop/{scene}.png")
    assert answer.status_code == 400 and "loop" in answer.text


def test_limits_hold(org, scene):
    answer = org.render(f"/dynamic/composition-width-10000-height-10000--composition-width-10000-height-10000-angle-45"
                        f"/{scene}.png")
    assert answer.status_code == 422, answer.text


def test_stacks_that_multiply_are_refused(org, badge):
    call = {"name": "composition", "options": {"secondary_image": badge, "width": 4}}
    org.stack("power-1", *[call] * 30)
    for lower, upper in ((1, 2), (2, 3), (3, 4)):
        more = {"name": "composition", "options": {**call["options"], "secondary_stack": f"power-{lower}"}}
        org.stack(f"power-{upper}", *[more] * 30)
    answer = org.render(f"/power-4/{badge}.png")
    assert answer.status_code == 422 and "100 images" in answer.json()["message"]


AREAS = {"subject_area": {"x": 200, "y": 120, "width": 40, "height": 30}, "crop_area": {"x": 20, "y": 60, "width": 80, "height": 44},
         "detection_face": {"x": 380, "y": 10, "width": 20, "height": 20}}


def with_areas(org, data) -> str:
    answer = org.upload(("areas.png", data), fields={"meta_dynamic[0]": json.dumps(AREAS)})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]["hash"]


@pytest.mark.parametrize("anchor, at", [("subjectarea", (205, 125)), ("auto", (205, 125)), ("croparea", (45, 72)), ("face", (370, 10))])
def test_an_anchor_may_be_an_area_of_the_image(org, anchor, at):
    hash_ = with_areas(org, pictures.solid(pictures.WHITE, 400, 200))
    found = drawn(org, f"composition-width-30-height-20-secondary_color-FF0000-anchor-{anchor}", hash_)
    expected = Image.new("RGB", (400, 200), pictures.WHITE)
    expected.paste((255, 0, 0), (*at, at[0] + 30, at[1] + 20))
    assert_seen_alike(found, expected, 0)


def test_an_image_in_front_has_its_area_in_the_middle(org):
    hash_ = with_areas(org, pictures.encode(pictures.scene(400, 200, seed=4), "PNG"))
    found = drawn(org, "composition-mode-foreground-width-500-height-300-anchor-subjectarea", hash_)
    expected = Image.new("RGB", (500, 300))
    expected.paste(pictures.scene(400, 200, seed=4), (30, 15))
    assert_seen_alike(found.convert("RGB"), expected, 0)


def test_without_an_area_it_is_the_middle(org, scene):
    boxes = [drawn(org, f"composition-width-20-height-10-anchor-{anchor}", scene) for anchor in ("face", "auto", "center_center")]
    assert boxes[0].tobytes() == boxes[1].tobytes() == boxes[2].tobytes()


@pytest.mark.parametrize("at", [(40, 30), (300, 140)])
def test_smart_is_where_the_attention_is(org, at):
    image = Image.new("RGB", (400, 200), (128, 128, 128))
    image.paste(pictures.scene(40, 30, seed=9), at)
    image.paste((255, 30, 30), (at[0] + 10, at[1] + 8, at[0] + 30, at[1] + 22))
    hash_ = org.add(pictures.encode(image, "PNG"))["hash"]
    found = drawn(org, "composition-width-60-height-50-secondary_color-0000FF-anchor-smart", hash_).convert("RGB")
    blue = found.getchannel("B").point(lambda v: 255 if v == 255 else 0).getbbox()
    assert blue[2] - blue[0] == 60 and blue[3] - blue[1] == 50
    middle = ((blue[0] + blue[2]) / 2, (blue[1] + blue[3]) / 2)
    assert abs(middle[0] - at[0] - 20) <= 25 and abs(middle[1] - at[1] - 15) <= 25, middle
