"""The operation text, and fonts as sources. Where letters lie is compared with Pillow, which shapes and draws the same
font by itself."""

import io
import json

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageSequence

from harness import fonts, pictures, pixels
from harness.raw_http import Connection
from harness.waiting import wait_until

SIZE = (400, 300)


@pytest.fixture(scope="module")
def font(org):
    return org.add(fonts.sans(), "sans.ttf")


@pytest.fixture(scope="module")
def white(org):
    return org.add(pictures.solid((255, 255, 255), *SIZE))["hash"]


def written(org, hash_, format_="png", **options) -> Image.Image:
    answer = org.put_stack("written", {"operations": [{"name": "text", "options": options}]}, overwrite=True)
    assert answer.status_code in (200, 201), answer.text
    found = org.render(f"/written/{hash_}.{format_}")
    assert found.status_code == 200, found.text
    return pixels.open_picture(found.content)


def ink(image: Image.Image):
    """The box of what is dark."""
    return image.convert("L").point(lambda v: 255 if v < 200 else 0).getbbox()


def by_pillow(text: str, size: int, at=(20, 20)) -> Image.Image:
    image = Image.new("RGB", SIZE, (255, 255, 255))
    face = ImageFont.truetype(str(fonts.path()), size, layout_engine=ImageFont.Layout.RAQM)
    ImageDraw.Draw(image).text(at, text, fill=(0, 0, 0), font=face)
    return image


def assert_near(one, other, tolerance: int):
    assert all(abs(a - b) <= tolerance for a, b in zip(one, other)), f"{one} is not near {other}"


def test_a_font_is_a_source_image(org, font):
    assert font["format"] == "ttf" and font["mimetype"] == "font/ttf"
    assert (font["width"], font["height"]) == (0, 0)
    assert font["static_metadata"]["font"]["family"] == "DejaVu Sans"
    assert org.image(font["hash"]).json()["format"] == "ttf"
    download = org.image(font["hash"], "/download")
    assert download.status_code == 200 and download.content == fonts.sans()
    assert download.headers["Content-Type"] == "font/ttf"


def test_a_font_is_no_picture(org, font):
    answer = org.render(f"/_iiif/{font['hash']}/full/max/0/default.jpg")
    assert answer.status_code == 415 and "font" in answer.text
    org.put_stack("original", {"operations": [], "options": {"source_file": True}}, overwrite=True)
    answer = org.render(f"/original/{font['hash']}.ttf")
    assert answer.status_code == 200 and answer.content == fonts.sans()


@pytest.mark.parametrize("data", [b"ttcf\0\1\0\0" + bytes(100), fonts.sans()[:20000], b"\0\1\0\0" + bytes(100), b"wOFF" + bytes(99),
                                  b"OTTO" + b"\xff" * 5000])
def test_what_is_no_single_whole_font_is_refused(org, data):
    answer = org.upload(("font.ttf", data))
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("text", ["Hello world", "AVAVA To", "Zürich Ñandú", "office fluff", "Привет", "x"])
@pytest.mark.parametrize("size", [16, 40])
def test_letters_lie_where_pillow_puts_them(org, font, white, text, size):
    found = written(org, white, font=font["hash"], text=text, size=size, anchor="20_20")
    expected = by_pillow(text, size)
    assert found.size == SIZE
    assert_near(ink(found), ink(expected), 2)
    mean, _ = pixels.difference(found, expected)
    assert mean < 0.03 * size  # Pillow hints, we do not


def test_lines_wrap_and_align(org, font, white):
    text = "one two three four five"
    left = ink(written(org, white, font=font["short_hash"], text=text, size=30, width=120, anchor="100_20", align="left"))
    assert left[2] - left[0] <= 122 and left[3] - left[1] > 2 * 30
    face = ImageFont.truetype(str(fonts.path()), 30)
    widest = max(face.getlength(line) for line in ("one", "two", "three", "four", "five"))
    assert abs((left[2] - left[0]) - widest) < 6
    lines = {}
    for align in ("left", "centre", "right"):
        picture = written(org, white, font=font["hash"], text="llllllllll\nl", size=40, width=300, anchor="20_20", align=align)
        lines[align] = ink(picture.crop((0, 20 + 47, 400, 20 + 94)))[0]
    assert lines["left"] < lines["centre"] < lines["right"]


def test_height_cuts_off(org, font, white):
    box = ink(written(org, white, font=font["hash"], text="H\nH\nH\nH", size=40, width=100, height=60, anchor="left_top"))
    assert box[3] <= 60
    whole = ink(written(org, white, font=font["hash"], text="H", size=20, width=100, height=200, anchor="left_top"))
    assert abs((whole[1] + whole[3]) / 2 - 100) <= 4


@pytest.mark.parametrize("text", ["My Watermark", "a much longer text that has to be wrapped over several lines to fit"])
def test_resize_to_box_fills_the_box(org, font, white, text):
    box = ink(written(org, white, font=font["hash"], text=text, width=300, height=120, resize_to_box=True))
    width, height = box[2] - box[0], box[3] - box[1]
    assert width <= 302 and height <= 122
    assert width > 240 or height > 85
    assert abs((box[0] + box[2]) / 2 - 200) < 6


@pytest.mark.parametrize("anchor,edges", [
    ("left_top", (0, None, None, None)), ("right_bottom", (None, None, 400, None)), ("center_center", None), ("30_40", None)])
def test_anchors(org, font, white, anchor, edges):
    box = ink(written(org, white, font=font["hash"], text="HHH", size=40, anchor=anchor))
    face = ImageFont.truetype(str(fonts.path()), 40)
    width, bearing = face.getlength("HHH"), 40 * 201 / 2048  # of the H, says the font
    start = {"left_top": 0, "right_bottom": 400 - width, "center_center": (400 - width) / 2, "30_40": 30}[anchor]
    assert abs(box[0] - (start + bearing)) <= 2


def test_colour_opacity_and_angle(org, font, white):
    found = written(org, white, font=font["hash"], text="\u2588\u2588\u2588", size=60, color="ff8000", opacity=50)
    assert_near(found.convert("RGB").getpixel((200, 150)), (255, 192, 128), 1)
    flat = ink(written(org, white, font=font["hash"], text="HHHHH", size=40))
    turned = ink(written(org, white, font=font["hash"], text="HHHHH", size=40, angle=90))
    assert_near((turned[2] - turned[0], turned[3] - turned[1]), (flat[3] - flat[1], flat[2] - flat[0]), 1)
    # A negative angle rises to the right: the lower left and the upper right are written on, the other corners are not.
    rising = written(org, white, font=font["hash"], text="HHHHH", size=40, angle=-45).convert("L")
    assert ink(rising.crop((0, 150, 200, 300))) and ink(rising.crop((200, 0, 400, 150)))
    assert not ink(rising.crop((0, 0, 150, 110)))


@pytest.mark.parametrize("kind", ["grey", "alpha", "grey with alpha", "16 bits", "cmyk", "palette", "one pixel", "orientation 6"])
def test_every_kind_of_image_keeps_its_size(org, font, kind):
    hash_ = org.add(pictures.every_kind()[kind])["hash"]
    plain = pixels.open_picture(org.render(f"/dynamic/noop/{hash_}.png").content)
    found = written(org, hash_, font=font["hash"], text="\u2588", size=20, color="ff0000", anchor="left_top")
    assert found.size == plain.size
    assert found.convert("RGBA").getpixel((0, min(6, plain.height - 1)))[:3] != plain.convert("RGBA").getpixel((0, min(6, plain.height - 1)))[:3]
    assert ("A" in found.mode) == ("A" in plain.mode)


def test_each_frame_of_an_animation(org, font):
    hash_ = org.add(pictures.animation("GIF", 80, 60))["hash"]
    answer = org.put_stack("moving", {"operations": [{"name": "text", "options": {
        "font": font["hash"], "text": "\u2588", "size": 30, "anchor": "center_center"}}]}, overwrite=True)
    assert answer.status_code in (200, 201)
    found = Image.open(io.BytesIO(org.render(f"/moving/{hash_}.gif").content))
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(found)]
    assert len(frames) == len(pictures.ANIMATION_COLOURS)
    for frame in frames:
        assert max(frame.getpixel((40, 30))) < 20


def test_a_ratio_makes_letters_larger(org, font, white):
    once = ink(pixels.open_picture(org.render(
        f"/dynamic/resize-width-200--text-font-{font['hash']}-text-HHH-size-20/{white}.png").content))
    twice = ink(pixels.open_picture(org.render(
        f"/dynamic/resize-width-200--text-font-{font['hash']}-text-HHH-size-20--o-dpr-2/{white}.png").content))
    assert_near([2 * (once[i + 2] - once[i]) for i in (0, 1)], [twice[i + 2] - twice[i] for i in (0, 1)], 3)


def test_no_text_is_no_change(org, font, white):
    assert ink(written(org, white, font=font["hash"], text="")) is None


@pytest.mark.parametrize("option,value", [
    ("size", 0), ("size", 2001), ("size", "big"), ("color", "red"), ("opacity", 101), ("opacity", -1), ("angle", 400),
    ("anchor", "middle"), ("width", 0), ("width", 10001), ("height", 0), ("height", "x"), ("spacing", 1001),
    ("align", "justify"), ("resize_to_box", "perhaps"), ("text", "x" * 4097), ("text", "a\x01b"),
])
def test_malformed_values_are_refused(org, font, option, value):
    options = {"font": font["hash"], "text": "x", option: value}
    answer = org.put_stack("bad", {"operations": [{"name": "text", "options": options}]})
    assert answer.status_code == 400 and f'"{option}"' in answer.json()["error"]["message"].replace("\\", ""), answer.text


def test_what_is_missing_or_no_font_is_refused(org, font, white):
    answer = org.put_stack("bad", {"operations": [{"name": "text", "options": {"text": "x"}}]})
    assert answer.status_code == 400 and "font" in answer.text
    answer = org.render(f"/dynamic/text-font-{white}-text-x/{white}.png")
    assert answer.status_code == 400 and "font" in answer.text
    answer = org.render(f"/dynamic/text-font-aaaaaaaaaa-text-x/{white}.png")
    assert answer.status_code == 404, answer.text
    for part in ('Option "font" of operation "text"', "TTF or OTF", "docs/composition.md"):
        assert part in answer.json()["message"]
    answer = org.render(f"/dynamic/text-font-{font['hash']}-text-x-resize_to_box-true-width-50/{white}.png")
    assert answer.status_code == 400 and "resize_to_box" in answer.text
    answer = org.render(f"/dynamic/text-font-{font['hash']}-text-{'x' * 900}-size-500/{white}.png")
    assert answer.status_code == 422, answer.text


def test_what_a_stored_stack_takes_for_a_font_is_for_the_log_alone(start_server):
    """It stood in the answer where it named an image: an expression may have made it of what is nobody's business."""
    server = start_server()
    org = server.organization()
    white = org.add(pictures.solid((255, 255, 255), 60, 40))["hash"]
    org.point("secretpicture", white)
    for number, name in enumerate(("secretpicture", "secretnothing")):
        org.stack(f"s{number}", {"name": "text", "options": {"text": "x"}, "expressions": {"font": f"'{name}'"}})
        answer = org.render(f"/s{number}/{white}.png")
        assert answer.status_code == (400, 404)[number]
        assert "font" in answer.json()["message"] and name not in answer.text
        wait_until(lambda: name in server.log(), "the log to name it")


# The demos of the public reference, as written.

WATERMARK = {
    "operations": [
        {"name": "resize", "options": {"mode": "fill", "upscale": False}, "expressions": {"width": "$width"}},
        {"name": "text", "options": {"resize_to_box": True},
         "expressions": {"opacity": "$o", "text": "$t", "width": "$width - 50", "height": "$width / 7", "font": "$font",
                         "color": "$color", "angle": "-rad2deg(atan(image.height / image.width))"}},
    ],
}

TEMPLATE = [
    {"name": "resize", "options": {"width": 700}},
    {"expressions": {"width": "300 + ($shadow ? 4 :0)", "enabled": '$t2 != "_no_text_" ? true : false'},
     "name": "composition",
     "options": {"mode": "background", "secondary_stack": "subtemplate", "cache": True, "anchor": "15_65"}},
    {"expressions": {"text": "$t", "opacity": "$o", "size": "$s", "font": "$font"}, "name": "text",
     "options": {"angle": 0, "anchor": "20_20"}},
    {"expressions": {"width": "$wlogo", "enabled": "$logo"}, "name": "composition",
     "options": {"mode": "background", "anchor": "right_bottom"}},
]

SUBTEMPLATE = [
    {"expressions": {"secondary_color": "$color"}, "name": "composition",
     "options": {"mode": "background", "width": 600, "empty_primary": True, "height": 120}},
    {"expressions": {"font": "$font", "text": "$t2"}, "name": "text",
     "options": {"width": 560, "resize_to_box": True, "color": "ffffff", "height": 80}},
    {"expressions": {"angle": "$a"}, "name": "rotate", "options": {}},
    {"expressions": {"enabled": "$shadow"}, "name": "dropshadow",
     "options": {"sigma": 2, "horizontal": 0, "vertical": 0, "opacity": 50}},
]


def test_the_watermark_demo(org, font):
    hash_ = org.add(pictures.photo(1200, 800, seed=11))["hash"]
    body = {**WATERMARK, "variables": {"width": "500", "t": "My Watermark", "o": 20, "color": "000000",
                                       "font": font["short_hash"]}}
    assert org.put_stack("watermark-demo", body, overwrite=True).status_code in (200, 201)
    answer = org.render(f"/watermark-demo/{hash_}.png")
    assert answer.status_code == 200, answer.text
    found = pixels.open_picture(answer.content)
    assert found.size == (500, 333)
    plain = pixels.open_picture(org.render(f"/dynamic/resize-width-500/{hash_}.png").content)
    assert 0.5 < pixels.difference(found, plain)[0] < 12
    strong = org.render(f'/watermark-demo/{hash_}.png', params={"v": '{"o":"100","color":"ff00ff","t":"Other & text"}'})
    assert strong.status_code == 200, strong.text
    assert pixels.difference(strong.content, plain)[0] > pixels.difference(found, plain)[0]


def test_the_template_demo(org, font):
    photo = org.add(pictures.photo(1200, 800, seed=12))["hash"]
    dot = org.add(pictures.solid((1, 1, 1), 1, 1))["short_hash"]
    logo = org.add(pictures.transparent_png())["short_hash"]
    operations = [{**call, "options": dict(call["options"])} for call in TEMPLATE]
    operations[1]["options"]["secondary_image"] = dot
    operations[3]["options"]["secondary_image"] = logo
    stack = {"operations": operations, "variables": {
        "font": font["short_hash"], "logo": False, "wlogo": 150, "shadow": False, "a": -5, "o": 100, "s": 50,
        "t2": "_no_text_", "t": ""}}
    below = {"operations": SUBTEMPLATE, "variables": {
        "t2": "", "a": "-5", "font": font["short_hash"], "shadow": False, "color": "7DAD41"}}
    for name, body in (("subtemplate", below), ("template", stack)):
        answer = org.put_stack(name, body, overwrite=True)
        assert answer.status_code in (200, 201), answer.text
    bare = org.render(f"/template/{photo}.png")
    assert bare.status_code == 200, bare.text
    plain = org.render(f"/dynamic/resize-width-700/{photo}.png").content
    assert pixels.difference(bare.content, plain) == (0, 0)
    variables = '{"t":"Lego Set","t2":"Fantastic 49.-","a":"-5","o":"100","s":"50","color":"7DAD41","logo":true,"wlogo":"150"}'
    found = org.render(f"/template/{photo}.png", params={"v": variables})
    assert found.status_code == 200, found.text
    picture = pixels.open_picture(found.content).convert("RGB")
    # The box of 600 x 120, turned by 5 degrees and 300 wide, lies at 15, 65: its middle is at 15 + 150, 65 + 42.
    assert_near(picture.getpixel((40, 118)), (0x7D, 0xAD, 0x41), 6)
    # The logo is opaque at its right edge.
    assert_near(picture.getpixel((698, 460)), pictures.GREEN, 8)
    shadow = org.render(f"/template/{photo}.png", params={"v": variables.replace('"logo"', '"shadow":true,"logo"')})
    assert shadow.status_code == 200, shadow.text


def test_what_is_no_text_in_a_url_is_refused(org, font, white):
    port = int(org.url.rsplit(":", 1)[1])
    for broken in ("%FF", "%ED%A0%80", "%E0%80%80"):
        for change in (f"text-text-a{broken}-font-{font['hash']}", f"svgdynamic-changes-[[%7Bid:'a',attr:'fill',value:'{broken}'%7D]]"):
            with Connection(port) as connection:
                target = f"/render/{org.organization}/dynamic/{change}/{white}.png"
                connection.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                answer = connection.answer()
                assert answer.status == 400 and b"UTF-8" in answer.body


@pytest.mark.parametrize("changes", ["v-a-[image.entropy]", "resize-width-[image.entropy*9]"])
def test_the_entropy_of_a_font_is_that_of_its_sheet(org, font, changes):
    answer = org.render(f"/dynamic/{changes}/{font['hash']}.png")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("anchor, middle", [("subjectarea", (310, 65)), ("auto", (310, 65)), ("face", (60, 240)), ("croparea", (200, 150))])
def test_an_anchor_may_be_an_area_of_the_image(org, font, anchor, middle):
    areas = {"subject_area": {"x": 300, "y": 50, "width": 20, "height": 30}, "detection_face": {"x": 50, "y": 230, "width": 20, "height": 20}}
    upload = org.upload(("a.png", pictures.solid((255, 255, 255), *SIZE)), fields={"meta_dynamic[0]": json.dumps(areas)})
    hash_ = upload.json()["items"][0]["hash"]
    box = ink(written(org, hash_, font=font["hash"], text="HHH", size=20, anchor=anchor))
    assert_near(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), middle, 3)


def test_a_text_around_an_area_stays_inside(org, font):
    areas = {"subject_area": {"x": 395, "y": 295, "width": 5, "height": 5}}
    upload = org.upload(("a.png", pictures.solid((255, 255, 255), *SIZE)), fields={"meta_dynamic[0]": json.dumps(areas)})
    box = ink(written(org, upload.json()["items"][0]["hash"], font=font["hash"], text="HHH", size=20, anchor="subjectarea"))
    same = ink(written(org, upload.json()["items"][0]["hash"], font=font["hash"], text="HHH", size=20, anchor="right_bottom"))
    assert box == same
