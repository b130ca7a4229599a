"""Variables, expressions and base stacks: what they make of a render, over HTTP."""

import json
from urllib.parse import quote

import pytest
from PIL import Image

from harness import pictures, pixels
from harness.metrics import Metrics
from harness.waiting import wait_until

# Fits any size; each of width, height and ratio may be left out of the URL.
FLEXIBLE = {
    "operations": [
        {"name": "resize", "options": {"mode": "fill"},
         "expressions": {"width": "$outWidth", "height": "$outHeight ", "upscale": "$s == 1 ? true : false",
                         "upscale_dpr": "$s == 1 ? true : false"}},
        {"name": "crop", "options": {},
         "expressions": {
             "anchor": "$a === 'unset' ? ((image.hasSubjectArea || image.hasDetectionFace || image.isAnimated)"
                       " ? 'auto' : 'smart') : $a",
             "width": "$outWidth", "height": "$outHeight"}},
    ],
    "options": {"autoformat": True, "jpg.transparency.autoformat": "true"},
    "expressions": [
        {"expression": "options.dpr >= 2", "overrides": {"options": {"jpg.quality": 40}}},
        {"expression": "request.headers.save_data == 'on'", "overrides": {"options": {"jpg.quality": 20}}},
        {"expression": "$s != 1 && options.dpr >= 2 && request.headers.save_data == 'on'",
         "overrides": {"options": {"dpr": 1}}},
    ],
    "variables": {
        "w": 0, "h": 0, "s": 0, "a": "unset", "usualWidth": 180, "usualHeight": 120,
        "r": "$usualWidth / $usualHeight",
        "outWidth": "$w == 0 ? ($h == 0 ? $usualWidth : ($h * $r)) : $w",
        "outHeight": "$h == 0 ? $outWidth / $r : $h",
    },
}


@pytest.fixture(scope="module")
def photo(org):
    return org.add(pictures.photo(800, 600))["hash"]


@pytest.fixture(scope="module")
def flexible(org):
    answer = org.put_stack("flexible", FLEXIBLE)
    assert answer.status_code == 201, answer.text
    assert answer.json()["stack_variables"] == FLEXIBLE["variables"]
    assert answer.json()["stack_expressions"] == FLEXIBLE["expressions"]
    return "flexible"


def size(answer) -> tuple[int, int]:
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content).size


@pytest.mark.parametrize("modifiers, expected", [
    ("", (180, 120)), ("v-w-240/", (240, 160)), ("v-h-160/", (240, 160)), ("variables-w-200-h-160/", (200, 160)),
    ("v-r-1.2/", (180, 150)), ("v-r-1.25-w-200/", (200, 160)), ("o-dpr-2--v-w-240/", (480, 320)),
    # Not larger than the source, but of the ratio that was asked for.
    ("v-w-1200/", (800, 533)), ("v-w-1200-s-1/", (1200, 800)),
])
def test_variables_of_the_url_decide_the_size(org, photo, flexible, modifiers, expected):
    assert size(org.render(f"/{flexible}/{modifiers}{photo}.jpg")) == expected


def test_variables_come_as_json_too(org, photo, flexible):
    for text in ('{"w":240}', '{"w": "240", "unused": "a & b / c"}'):
        assert size(org.render(f"/{flexible}/{photo}.jpg?v={quote(text)}")) == (240, 160)
    # Later than the path, so it wins.
    assert size(org.render(f"/{flexible}/v-w-300/{photo}.jpg?v=" + quote('{"w":240}'))) == (240, 160)


def test_the_urls_options_win_over_expressions(org, photo, flexible):
    answer = org.render(f"/{flexible}/crop-width-33-height-[image.height/20]/{photo}.jpg")
    assert size(answer) == (33, 30)


def test_save_data_is_heard_and_the_answer_says_so(org, photo, flexible):
    plain = org.render(f"/{flexible}/o-dpr-2/{photo}.jpg")
    saving = org.render(f"/{flexible}/o-dpr-2/{photo}.jpg", headers={"Save-Data": "on"})
    again = org.render(f"/{flexible}/o-dpr-2/{photo}.jpg")
    assert size(plain) == size(again) == (360, 240) and size(saving) == (180, 120)
    assert plain.content == again.content
    for answer in (plain, saving):
        assert "Save-Data" in answer.headers["Vary"]
    other = org.render(f"/dynamic/resize-width-20/{photo}.jpg", headers={"Save-Data": "on"})
    assert "Save-Data" not in other.headers.get("Vary", "")


def test_expressions_in_brackets_may_hold_what_urls_are_made_of(org, photo):
    for path, expected in [
        ("dynamic/crop-width-[image.width/2]-height-100", (400, 100)),
        ("dynamic/crop-width-%5Bimage.width/2%5D-height-100", (400, 100)),
        ("dynamic/crop-width-[image.width%2F2]-height-100--resize-width-[40--30]", (70, 18)),
        ("dynamic/crop-width-[strlen('/a-[b')]-height-[[1, 2, 30][2]]--noop", (5, 30)),
        ("dynamic/v-w-[min(image.width, 90)]--resize-width-[$w]", (90, 68)),
        ("dynamic/resize-width-100/o-dpr-[image.width > 100 %3F 2 : 1]", (200, 150)),
    ]:
        assert size(org.render(f"/{path}/{photo}.jpg")) == expected, path


def test_entropy_is_measured_when_it_is_asked_for(org):
    quiet = org.add(pictures.solid((9, 99, 199)))["hash"]
    busy = org.add(pictures.photo(200, 150, seed=5))["hash"]
    org.put_stack("by-entropy", {"operations": [
        {"name": "resize", "expressions": {"width": "image.entropy > 6 ? 60 : (image.entropy == 0 ? 20 : 40)"}}]})
    assert size(org.render(f"/by-entropy/{quiet}.png"))[0] == 20
    # By another program: the entropy in bits of the brightness.
    assert pixels.open_picture(pictures.photo(200, 150, seed=5)).convert("L").entropy() > 6.5
    assert size(org.render(f"/by-entropy/{busy}.png"))[0] == 60
    assert size(org.render(f"/by-entropy/{busy}.jpg"))[0] == 60


def test_what_is_known_of_the_image(org):
    uploaded = org.upload(("a.jpg", pictures.photo(300, 200, seed=3)), fields={
        "meta_user[0]": json.dumps({"stars": 4, "int:num": 3, "double:share": 1.5}),
        "meta_dynamic[0][subject_area]": json.dumps({"x": 10, "y": 20, "width": 30, "height": 40}),
    }).json()["items"][0]["hash"]
    path = "/dynamic/crop-width-[{}]-height-10/" + uploaded + ".jpg"
    for expression, expected in [
        ("image.subject_area.width + 4", 34), ("image.width - image.height", 100),
        ("image.hasSubjectArea && !image.isAnimated && image.format == 'jpeg' ? 7 : 8", 7),
        ("options.jpg.quality", 80), ("options.dpr * 3", 3), ("image.moons ?? 12", 12),
    ]:
        assert size(org.render(path.format(quote(expression)))) == (expected, 10), expression
    org.put_stack("stars", {"operations": [{"name": "crop", "expressions": {
        "width": "image.subject_area.width + image.meta_user.stars", "height": "image.meta_user.moons ?? 10"}}]})
    assert size(org.render(f"/stars/{uploaded}.jpg")) == (34, 10)
    # Fields with a type are read by their names, and are numbers.
    org.put_stack("numbers", {"operations": [{"name": "crop", "expressions": {
        "width": "image.meta_user.num === 3 ? image.meta_user.num * 10 : 1", "height": "image.meta_user.share * 8"}}]})
    assert size(org.render(f"/numbers/{uploaded}.jpg")) == (30, 12)


def test_strangers_expressions_print_no_metadata_and_nothing_of_the_stack(new_org):
    org = new_org
    image = org.upload(("a.jpg", pictures.photo(300, 200, seed=3)), fields={
        "meta_user[0]": json.dumps({"title": "geheim", "stars": 41})}).json()["items"][0]["hash"]
    org.put_stack("kept", {"operations": [{"name": "crop", "options": {"width": 9, "height": 9}}],
                           "options": {"jpg.quality": 47}, "variables": {"budget": "43"}})
    private = ["image.meta_user.stars", "image.meta_user.title * 1", "options.jpg.quality", "$budget", "$budget ~ 'x'"]
    paths = [f"/kept/crop-width-[{quote(expression)}]/{image}.jpg" for expression in private]
    paths += [f"/dynamic/crop-width-[{quote(expression)}]-height-9/{image}.jpg" for expression in private[:2]]
    for path in paths:
        answer = org.render(path)
        assert answer.status_code == 400 and "url_expressions_read_private" in answer.json()["message"], answer.text
        assert not any(value in answer.text for value in ("geheim", "41", "47", "43")), answer.text
    assert org.request("PUT", f"/organizations/{org.organization}/options/url_expressions_read_private",
                       json=True).status_code in (200, 204)
    assert size(org.render(paths[0])) == (41, 9) and size(org.render(paths[2])) == (47, 9)
    assert size(org.render(paths[3])) == (43, 9) and size(org.render(paths[5])) == (41, 9)


def test_errors_of_stored_expressions_print_metadata_to_the_log_alone(own_server):
    """They printed it to whoever asked for the render."""
    org = own_server.organization("acme")
    image = org.upload(("a.jpg", pictures.photo(300, 200, seed=4)), fields={
        "meta_user[0]": json.dumps({"title": "geheim"})}).json()["items"][0]["hash"]
    resize = {"name": "resize", "options": {"height": 9}}
    org.put_stack("fails", {"operations": [{**resize, "expressions": {"width": "image.meta_user.title * 2"}}]})
    org.put_stack("misfits", {"operations": [{**resize, "expressions": {"width": "$v"}}],
                              "variables": {"v": "image.meta_user.title"}})
    said = {"fails": "its expression has an error at column 23", "misfits": "allowed is an integer from 1 to 10000"}
    for name, message in said.items():
        answer = org.render(f"/{name}/{image}.jpg")
        assert answer.status_code == 400 and message in answer.json()["message"], answer.text
        assert 'Option "width" of operation "resize"' in answer.json()["message"]
        assert "geheim" not in answer.text and "meta_user" not in answer.text
        wait_until(lambda id_=answer.headers["X-Request-Id"]: [
            line for line in own_server.log_lines()
            if line.get("request_id") == id_ and line["event"] == "render refused" and "geheim" in line["detail"]],
            "the log to say more")
    assert org.request("PUT", "/organizations/acme/options/url_expressions_read_private", json=True).ok
    assert all("geheim" in org.render(f"/{name}/{image}.jpg").text for name in said)


@pytest.mark.parametrize("modifiers, message", [
    ("crop-width-[image.widht]-height-1", "widht"), ("crop-width-[1 +]-height-1", "column 4"),
    ("crop-width-[1 / 0]-height-1", "zero"), ("crop-width-[$w]-height-1", "$w"),
    ("crop-width-[0]-height-1", 'Option "width" of operation "crop"'), ("crop-width-[1", "width"),
    ("resize-width-[image.width * 100]", "from 1 to 10000"), ("v-1a-5", "can't be called"), ("v-w", "has no value"),
    ("blur-sigma-[rm('x')]", "rm"), ("blur-sigma-[request.headers.cookie]", "cookie"),
    ("blur-sigma-[" + "(" * 500 + "1" + ")" * 500 + "]", "deep"),
])
def test_what_is_wrong_in_an_expression_is_said(org, photo, modifiers, message):
    answer = org.render(f"/dynamic/{quote(modifiers)}/{photo}.jpg")
    assert answer.status_code == 400, answer.text
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '"w"', '{"w":1,"w":2}', '{"1w":2}'])
def test_malformed_variables_are_refused(org, photo, flexible, text):
    assert org.render(f"/{flexible}/{photo}.jpg?v={quote(text)}").status_code == 400


def test_stacks_with_malformed_expressions_are_refused(org):
    for body, message in [
        ({"operations": [{"name": "resize", "expressions": {"width": "$w <"}}]}, "column 5"),
        ({"operations": [{"name": "resize", "expressions": {"breadth": "$w"}}]}, "breadth"),
        ({"operations": [], "expressions": [{"expression": "or"}]}, "Expression number 1"),
        ({"operations": [], "expressions": [{"expression": "1", "overrides": {"options": {"dpr": 99}}}]}, "dpr"),
        ({"operations": [], "variables": {"a-b": 1}}, "a-b"),
    ]:
        answer = org.put_stack("malformed", body)
        assert answer.status_code == 400 and message in answer.json()["error"]["message"], answer.text


def on_white(answer) -> Image.Image:
    picture = pixels.open_picture(answer.content).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def tags(answer) -> set[str]:
    return set(answer.headers["Cache-Groups"].split(", "))


def renders(org) -> float:
    return Metrics(org.get("/metrics").text).renders()


def test_a_base_stack_is_drawn_once(org, photo):
    org.put_stack("turned", {"operations": [{"name": "crop", "options": {"width": 300, "height": 200}},
                                            {"name": "rotate", "options": {"angle": 30}}]})
    for width in (50, 60):
        org.put_stack(f"turned-{width}", {"operations": [{"name": "resize", "options": {"width": width}}],
                                          "options": {"basestack": "turned"}})
    before = renders(org)
    first = org.render(f"/turned-50/{photo}.png")
    second = org.render(f"/turned-60/{photo}.png")
    assert renders(org) - before == 3  # the base and the two stacks
    whole = on_white(org.render(f"/turned/{photo}.png"))
    for answer, width in ((first, 50), (second, 60)):
        picture = on_white(answer)
        assert picture.size == (width, round(whole.height * width / whole.width))
        pixels.assert_alike(picture, whole.resize(picture.size, Image.LANCZOS), mean=3)


def test_a_moved_base_stack_is_followed(org, photo):
    org.put_stack("bw", {"operations": [{"name": "grayscale"}]})
    org.put_stack("on-bw", {"operations": [{"name": "resize", "options": {"width": 40}}],
                            "options": {"basestack": "bw"}})
    assert tags(org.render(f"/bw/{photo}.png")) < tags(org.render(f"/on-bw/{photo}.png"))
    org.put_stack("bw", {"operations": [{"name": "noop"}]}, overwrite=True)
    coloured = pixels.open_picture(org.render(f"/on-bw/{photo}.png").content).convert("RGB")
    red, green, _ = coloured.split()
    assert red.tobytes() != green.tobytes()


def test_base_stacks_in_a_circle_and_unknown_ones_are_refused(org, photo):
    own = org.put_stack("own", {"operations": [], "options": {"basestack": "own"}})
    assert own.status_code == 400 and "own base" in own.json()["error"]["message"]
    org.put_stack("round", {"operations": [], "options": {"basestack": "and-round"}})
    org.put_stack("and-round", {"operations": [], "options": {"basestack": "round"}})
    assert org.render(f"/round/{photo}.jpg").status_code == 400
    org.put_stack("groundless", {"operations": [], "options": {"basestack": "nowhere"}})
    answer = org.render(f"/groundless/{photo}.jpg")
    assert answer.status_code == 404 and "A stack that this one uses" in answer.json()["error"]["message"]


def test_dpr_needs_a_resize_of_the_stack_itself(org, photo):
    org.put_stack("resized", {"operations": [{"name": "resize", "options": {"width": 50}}]})
    org.put_stack("on-resized", {"operations": [], "options": {"basestack": "resized"}})
    assert size(org.render(f"/on-resized/{photo}.jpg"))[0] == 50
    assert org.render(f"/on-resized/o-dpr-2/{photo}.jpg").status_code == 400


def test_functions_and_properties_are_listed(org):
    listed = org.with_key(None).get("/expressions").json()
    assert listed["functions"]["max"]["usage"] and listed["properties"]["image.width"]["description"]
