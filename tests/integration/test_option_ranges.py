"""Every option of every operation refuses what it can't be, and says what it can: generated from GET /operations."""

import json

import pytest


def wrong_values(option: dict):
    """Values that the option's own description excludes, each with what its message must name."""
    kind = option["type"]
    if kind in ("integer", "number"):
        for name, beyond in (("minimum", -1), ("maximum", 1)):
            if name in option:
                yield option[name] + beyond, str(option[name])
        yield "many", "integer" if kind == "integer" else "number"
        yield "", "integer" if kind == "integer" else "number"
        if kind == "integer":
            yield 1.5, "integer"
    elif kind == "boolean":
        yield "maybe", "true or false"
        yield 2, "true or false"
    elif "values" in option:
        yield "nonsense", option["values"][0]
    elif option.get("pattern") == "^[0-9a-fA-F]{6}$":
        yield "red", "six hex digits"
        yield "#ff0000", "six hex digits"
    elif "pattern" in option:
        yield "!?", option["pattern"]
    elif "maxLength" in option:
        yield "x" * (option["maxLength"] + 1), str(option["maxLength"])
    may_be_structured = kind == "string" and not {"maxLength", "pattern", "values"} & set(option)
    if kind in ("integer", "number", "boolean", "string") and not may_be_structured:
        yield {"a": 1}, "one value"
        yield [1], "one value"


def some_value(option: dict):
    """One that the option may have."""
    if "values" in option:
        return option["values"][0]
    if option["type"] in ("integer", "number"):
        return option.get("minimum", 1)
    if option["type"] == "array":
        return []
    return option.get("default", "abcdef")


@pytest.fixture(scope="module")
def operations(org):
    return org.get("/operations").json()


def refused(org, name, options):
    return org.put_stack("refused", {"operations": [{"name": name, "options": options}]})


def test_every_option_refuses_what_is_out_of_its_range(org, operations):
    tried = 0
    for name, operation in operations.items():
        needed = [*operation.get("required", []), *(one for choice in operation.get("anyOf", [])[:1] for one in choice["required"])]
        sound = {one: some_value(operation["properties"][one]) for one in needed}
        for option, schema in operation["properties"].items():
            for value, named in wrong_values(schema):
                answer = refused(org, name, {**sound, option: value})
                where = f"{name}.{option} = {json.dumps(value)[:60]}: {answer.status_code} {answer.text}"
                assert answer.status_code == 400, where
                message = answer.json()["error"]["message"]
                assert f'"{option}"' in message and f'"{name}"' in message and named in message, where
                tried += 1
    assert tried > 100, "the table of operations was not looked at"
    assert org.get(f"/stacks/{org.organization}/refused").status_code == 404


@pytest.mark.parametrize("path,named", [
    ("modulate-hue-361", ["hue", "0 to 360"]),
    ("modulate-brightness-501", ["brightness", "0 to 500"]),
    ("sharpen-sigma-11", ["sigma", "0 to 10"]),
    ("multiply-factor-1.01", ["factor", "0 to 1"]),
    ("multiply-factor_color-red", ["factor_color", "six hex digits"]),
    ("alpha-mode-mirror", ["mode", "mask, extract, remove, apply"]),
    ("alpha-opacity-101", ["opacity", "0 to 100"]),
    ("circlemask-radius-3", ["radius", "enabled"]),
])
def test_so_does_the_url(org, path, named):
    answer = org.render(f"/dynamic/{path}/abcdef.png")
    assert answer.status_code == 400
    for part in named:
        assert part in answer.json()["error"]["message"]
