"""The operation svgdynamic: attributes of an SVG's elements, set before it is drawn."""

import pytest

from harness import pictures, pixels

DRAWING = b"""<svg id="root" width="100" height="100" viewBox="0 0 1000 1000" xmlns="http://www.w3.org/2000/svg" >
<rect id="ground" width="1000" height="1000" fill="#ffffff"/>
<polyline id="line" stroke="#FF6840" stroke-width="10" points="0 500, 1000 500"/></svg>"""


@pytest.fixture(scope="module")
def drawing(org):
    return org.add(DRAWING, "line.svg")["hash"]


def put(org, name, call, **more):
    answer = org.put_stack(name, {"operations": [{"name": "svgdynamic", **call}], **more}, overwrite=True)
    assert answer.status_code in (200, 201), answer.text


def test_attributes_are_changed(org, drawing):
    put(org, "lined", {"options": {"changes": [{"id": "line", "attr": "stroke", "value": "#ff00ff"},
                                               {"id": "line", "attr": "stroke-width", "value": "400"}]}})
    picture = pixels.open_picture(org.render(f"/lined/{drawing}.png").content).convert("RGB")
    assert picture.size == (100, 100)
    assert picture.getpixel((50, 35)) == (255, 0, 255) and picture.getpixel((50, 20)) == (255, 255, 255)


def test_expressions_as_a_list(org, drawing):
    put(org, "variable", {"expressions": [{"id": "line", "attr": "stroke", "value": "'#' ~ $color"},
                                          {"id": "line", "attr": "stroke-width", "value": "$sw"}]},
        variables={"color": "ff00ff", "sw": 400})
    for url, colour in ((f"/variable/{drawing}.png", (255, 0, 255)),
                        (f"/variable/v-color-663388-sw-400/{drawing}.png", (0x66, 0x33, 0x88))):
        answer = org.render(url)
        assert answer.status_code == 200, answer.text
        assert pixels.open_picture(answer.content).convert("RGB").getpixel((50, 50)) == colour


def test_as_svg_too(org, drawing):
    put(org, "as-svg", {"options": {"changes": [{"id": "ground", "attr": "fill", "value": "#123456"}]}})
    answer = org.render(f"/as-svg/{drawing}.svg")
    assert answer.status_code == 200, answer.text
    assert b"#123456" in answer.content and b"#ffffff" not in answer.content


def test_a_drawing_that_lies_over_an_image(org, drawing):
    black = org.add(pictures.solid((0, 0, 0), 50, 50))["hash"]
    put(org, "blue-line", {"options": {"changes": [{"id": "ground", "attr": "fill", "value": "#0000ff"}]}})
    org.put_stack("with-line", {"operations": [{"name": "composition", "options": {
        "secondary_image": drawing, "secondary_stack": "blue-line", "width": 20, "anchor": "left_top"}}]}, overwrite=True)
    answer = org.render(f"/with-line/{black}.png")
    assert answer.status_code == 200, answer.text
    picture = pixels.open_picture(answer.content).convert("RGB")
    assert picture.getpixel((3, 3)) == (0, 0, 255) and picture.getpixel((30, 30)) == (0, 0, 0)


@pytest.mark.parametrize("change", [
    {"id": "line", "attr": "onclick", "value": "alert(1)"}, {"id": "line", "attr": "ONload", "value": "x"},
    {"id": "line", "attr": "href", "value": "#a"}, {"id": "line", "attr": "xlink:href", "value": "#a"},
    {"id": "line", "attr": "xmlns", "value": "x"}, {"id": "line", "attr": "a b", "value": "x"},
    {"id": "line", "attr": "", "value": "x"}, {"id": "", "attr": "fill", "value": "x"}, {"id": "line", "attr": "fill"},
    {"id": "line", "attr": "fill", "value": ["x"]}, {"id": "line", "attr": "fill", "value": "a\x00b"}, "line", 7,
])
def test_malformed_changes_are_refused(org, change):
    answer = org.put_stack("bad", {"operations": [{"name": "svgdynamic", "options": {"changes": [change]}}]})
    assert answer.status_code == 400 and "changes" in answer.text, answer.text


@pytest.mark.parametrize("attribute,value", [
    ("style", "fill:url(http://evil.example/x)"), ("fill", "url(http://evil.example/x#a)"), ("fill", "u\\72l(file:///etc/x)")])
def test_links_are_not_smuggled_in(org, drawing, attribute, value):
    put(org, "smuggler", {"options": {"changes": [{"id": "line", "attr": attribute, "value": value}]}})
    for format_ in ("png", "svg"):
        answer = org.render(f"/smuggler/{drawing}.{format_}")
        assert answer.status_code == 400, answer.text
        assert "svgdynamic" in answer.text


def test_unknown_elements_and_other_formats_are_refused(org, drawing):
    put(org, "nowhere", {"options": {"changes": [{"id": "nobody", "attr": "fill", "value": "red"}]}})
    answer = org.render(f"/nowhere/{drawing}.png")
    assert answer.status_code == 400 and "nobody" in answer.text
    photo = org.add(pictures.photo(40, 30))["hash"]
    answer = org.render(f"/nowhere/{photo}.png")
    assert answer.status_code == 400 and "SVG" in answer.text
