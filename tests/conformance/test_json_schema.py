"""/operations and /stackoptions are JSON Schema: ajv 6, which dashboards have, takes them and says of options what the server does."""

import json
import subprocess

import pytest

from rokka_client import HERE

GOOD = {
    "alpha": [{}, {"mode": "mask"}, {"mode": "extract"}],
    "autorotate": [{}, {"width": 300, "height": 200}, {"rotation_direction": "counterclockwise"}],
    "blur": [{}, {"sigma": 2.5}],
    "circlemask": [{}],
    "composition": [{"mode": "foreground", "secondary_color": "ff0000", "anchor": "auto"},
                    {"mode": "background", "width": 600, "height": 400, "resize_mode": "box", "anchor": "center_15",
                     "secondary_opacity": 50},
                    {"mode": "foreground", "secondary_image": "0123ab", "secondary_stack": "logo",
                     "secondary_stack_variables": "w=800&h=600"}],
    "crop": [{"width": 100, "height": 100}, {"width": 100, "height": 100, "anchor": "10_20", "scale": 50},
             {"width": 16, "height": 9, "mode": "ratio", "anchor": "auto", "fallback": "left-top", "area": "people"}],
    "dropshadow": [{}, {"horizontal": -10, "vertical": 5, "opacity": 75, "sigma": 2, "color": "A0b1C2"}],
    "glitch": [{}],
    "grayscale": [{}, {"enabled": False}],
    "modulate": [{}, {"brightness": 120, "saturation": 80, "hue": 180}],
    "noop": [{}],
    "primitive": [{}, {"count": 30, "mode": 4}],
    "resize": [{"width": 300}, {"height": 200}, {"width": 300, "height": 200, "mode": "fill", "upscale": False}],
    "rotate": [{"angle": 90}, {"angle": -45.5, "background_color": "FFFFFF", "background_opacity": 100}],
    "sepia": [{}],
    "sharpen": [{}],
    "svgdynamic": [{"changes": [{"id": "one", "attr": "fill", "value": "red"}]}],
    "text": [{"font": "abcdef", "text": "Grüezi\nmitenand", "size": 20, "anchor": "right_bottom", "align": "left"}],
    "trim": [{}, {"fuzzy": 5}, {"color": "ff8000", "padding": 10}],
}

BAD = {
    "autorotate": [{"rotation_direction": "left"}],
    "composition": [{"mode": "beside"}, {"mode": "foreground", "secondary_color": "#ff0000"}, {"mode": "foreground", "anchor": "x_y"}],
    "crop": [{}, {"width": 100}, {"width": 0, "height": 100}, {"width": 100, "height": 100, "anchor": "somewhere"},
             {"width": 100, "height": 100, "area": "a b"}],
    "dropshadow": [{"color": "red"}],
    "resize": [{}, {"width": 10001}, {"width": 1.5}, {"width": 300, "mode": "area"}, {"width": 300, "upscale": "maybe"}],
    "rotate": [{}, {"angle": "much"}],
    "svgdynamic": [{"changes": 3}],
    "trim": [{"color": "red"}, {"padding": -1}, {"padding": 1.5}],
    "text": [{"font": "abcdef"}, {"font": "x" * 2000, "text": "a"}],
}

GOOD_STACK_OPTIONS = [
    {}, {"jpg.quality": 80, "webp.quality": 50, "autoformat": True, "dpr": 1.5}, {"interlacing.mode": "plane"},
    {"autoformat.exclude": "avif,webp"}, {"jpg.transparency.color": "00ff00", "jpg.transparency.autoformat": "png"},
    {"remote_fullurl_allow": True, "remote_fullurl_whitelist": ["\\.example\\.com$"]},
    {"remote_basepath": "https://example.com/images/"}, {"pdf.page": 2, "pdf.dpi": 300}, {"png.compression_level": 9},
    {"fallback_image": "placeholder", "fallback_image_status": "ok"},
]
BAD_STACK_OPTIONS = [{"jpg.quality": 101}, {"dpr": 0.5}, {"autoformat": "perhaps"}, {"interlacing.mode": "some"},
                     {"transparency.color": "#ffffff"}, {"basestack": "a/b"}, {"remote_fullurl_whitelist": 4},
                     {"fallback_image": "a/b"}, {"fallback_image_status": "200"}]


@pytest.fixture(scope="module")
def operations(server):
    return server.anonymous().get("/operations").json()


@pytest.fixture(scope="module")
def stack_options(server):
    return server.anonymous().get("/stackoptions").json()


@pytest.fixture
def errors(node_modules):
    """What ajv finds wrong with each of the values."""
    def validate(schema: dict, values: list) -> list[list[str]]:
        done = subprocess.run(["node", str(HERE / "validate.cjs")], input=json.dumps({"schema": schema, "values": values}),
                              cwd=HERE, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{schema}: {done.stderr}"
        return json.loads(done.stdout)

    return validate


def stored(org, operation: str, options: dict):
    return org.put_stack("tried", {"operations": [{"name": operation, "options": options}]}, overwrite=True)


def test_what_fits_the_schema_of_an_operation_is_taken(org, operations, errors):
    assert set(GOOD) <= set(operations)
    for name, schema in operations.items():
        examples = GOOD.get(name, [])
        assert errors(schema, examples) == [[]] * len(examples), name
        for options in examples:
            answer = stored(org, name, options)
            assert answer.status_code in (200, 201), f"{name} {options}: {answer.text}"


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused(org, operations, errors, name):
    assert all(errors(operations[name], BAD[name])), name
    for options in BAD[name]:
        assert stored(org, name, options).status_code == 400, options


def test_stack_options_are_as_their_schema_says(org, stack_options, errors):
    assert errors(stack_options, GOOD_STACK_OPTIONS) == [[]] * len(GOOD_STACK_OPTIONS)
    assert all(errors(stack_options, BAD_STACK_OPTIONS))
    for status, examples in ((200, GOOD_STACK_OPTIONS), (400, BAD_STACK_OPTIONS)):
        for options in examples:
            org.put_stack("options", [], overwrite=True)
            answer = org.put_stack("options", {"operations": [], "options": options}, overwrite=True)
            assert answer.status_code == status, f"{options}: {answer.text}"


def test_defaults_fit_their_own_schema(operations, stack_options, errors):
    for schema in (*operations.values(), stack_options):
        defaults = {name: one["default"] for name, one in schema["properties"].items() if "default" in one}
        assert [error for error in errors(schema, [defaults])[0] if "required" not in error and "anyOf" not in error] == []


def test_every_option_has_one_type_and_help(operations, stack_options):
    """The PHP command line shows the type in a table, Go's generator makes a field of it."""
    for schema in (*operations.values(), stack_options):
        for name, one in schema["properties"].items():
            assert isinstance(one["type"], str) and one["description"], name


def test_patterns_are_regular_expressions_and_not_prose(operations, stack_options):
    for schema in (*operations.values(), stack_options):
        for name, one in schema["properties"].items():
            assert one.get("pattern", "^$")[0] + one.get("pattern", "^$")[-1] == "^$", f"{name}: {one['pattern']}"
