"""Stacks, and the tables they are checked against."""

import json

import pytest

from harness import pictures, pixels
from harness.errors import assert_error

RESIZE = {"name": "resize", "options": {"width": 200, "height": 150}}
THUMB = {"operations": [RESIZE], "options": {"jpg.quality": 90}}


def test_create_get_list_delete(new_org):
    path = f"/stacks/{new_org.organization}"
    created = new_org.put_stack("thumb", THUMB)
    assert created.status_code == 201, created.text
    stack = created.json()
    assert (stack["name"], stack["organization"]) == ("thumb", new_org.organization)
    assert stack["stack_operations"][0]["name"] == "resize"
    assert stack["stack_operations"][0]["options"] == {"width": 200, "height": 150}
    assert stack["stack_options"] == {"jpg.quality": 90}
    assert stack["created"].endswith("+00:00")

    assert new_org.get(f"{path}/thumb").json() == stack
    new_org.put_stack("other", {"operations": []})
    names = [one["name"] for one in new_org.get(path).json()["items"]]
    assert sorted(names) == ["other", "thumb"]

    assert new_org.delete(f"{path}/thumb").status_code == 204
    assert new_org.get(f"{path}/thumb").status_code == 404
    assert new_org.delete(f"{path}/thumb").status_code == 404
    assert [one["name"] for one in new_org.get(path).json()["items"]] == ["other"]


def test_the_list_comes_in_pages(new_org):
    for name in ("a", "b", "c"):
        new_org.stack(name)
    path = f"/stacks/{new_org.organization}"
    for query, names in (("", ["a", "b", "c"]), ("?limit=2", ["a", "b"]), ("?limit=2&offset=2", ["c"]),
                         ("?offset=5", []), ("?limit=0", [])):
        page = new_org.get(path + query).json()
        assert ([one["name"] for one in page["items"]], page["total"]) == (names, 3), query


def test_cursors_lead_through_the_list_while_stacks_come_and_go(new_org):
    for name in ("b", "d", "f"):
        new_org.stack(name)
    path = f"/stacks/{new_org.organization}"
    first = new_org.get(path + "?limit=2").json()
    assert [one["name"] for one in first["items"]] == ["b", "d"]
    assert first["items"][0]["link"] == f"{path}/b"
    new_org.stack("a")
    new_org.delete(f"{path}/d")
    second = new_org.get(path, params={"limit": 2, "offset": first["cursor"]}).json()
    assert [one["name"] for one in second["items"]] == ["f"]
    end = new_org.get(path, params={"limit": 2, "offset": second["cursor"]}).json()
    assert (end["items"], end["cursor"]) == ([], second["cursor"])
    assert_error(new_org.get(path + "?offset=x"), 400)


def test_a_misspelt_part_of_a_stack_is_refused(new_org):
    answer = new_org.put_stack("x", {"operations": [], "stack_option": {"jpg.quality": 90}})
    assert_error(answer, 400)
    assert 'did you mean "stack_options"?' in answer.json()["message"]


@pytest.mark.parametrize("body,mentions", [
    ({"operations": [{"name": "resize", "option": {"width": 100}}]}, ['"option"', "name, options, expressions"]),
    ({"operations": [{**RESIZE, "enabled": False}]}, ['"enabled"', "name, options, expressions"]),
    ({"operations": [], "expressions": [{"expresion": "true"}]}, ['"expresion"', "expression, overrides"]),
    ({"operations": [], "expressions": [{"expression": "true", "options": {"dpr": 2}}]},
     ['"options"', "expression, overrides"]),
    ({"operations": [], "stack_expressions": [{"expression": "true", "overrides": {"option": {"dpr": 2}}}]},
     ['"option"', "options, variables"]),
    ([{**RESIZE, "opts": {}}], ['"opts"', "name, options, expressions"]),
])
def test_misspelt_fields_inside_of_a_stack_were_dropped(new_org, body, mentions):
    answer = new_org.put_stack("x", body)
    assert_error(answer, 400)
    assert all(mention in answer.json()["message"] for mention in mentions), answer.text
    assert new_org.get(f"/stacks/{new_org.organization}/x").status_code == 404


def test_an_existing_stack_is_not_replaced_by_accident(new_org):
    new_org.put_stack("thumb", THUMB)
    again = new_org.put_stack("thumb", {"operations": []})
    assert again.status_code == 409
    assert new_org.get(f"/stacks/{new_org.organization}/thumb").json()["stack_options"] == {"jpg.quality": 90}
    assert new_org.put_stack("thumb", {"operations": []}, overwrite=False).status_code == 409


def test_overwrite_replaces(new_org):
    new_org.put_stack("thumb", THUMB)
    replaced = new_org.put_stack("thumb", {"operations": []}, overwrite=True)
    assert replaced.status_code == 200
    assert replaced.json()["stack_operations"] == []
    assert new_org.put_stack("fresh", THUMB, overwrite=True).status_code == 201


def test_a_changed_stack_is_seen_by_the_next_render(new_org):
    hash_ = new_org.add(pictures.photo(seed=400))["hash"]
    for width in (40, 50, 60):
        new_org.put_stack("thumb", {"operations": [{"name": "resize", "options": {"width": width}}]}, overwrite=True)
        assert pixels.size_of(new_org.render(f"/thumb/{hash_}.png").content)[0] == width
        assert pixels.size_of(new_org.render(f"/thumb/{hash_}.png").content)[0] == width


def test_a_deleted_stack_renders_no_more(new_org):
    hash_ = new_org.add(pictures.photo(seed=401))["hash"]
    new_org.stack("thumb", RESIZE)
    assert new_org.render(f"/thumb/{hash_}.jpg").status_code == 200
    new_org.delete(f"/stacks/{new_org.organization}/thumb")
    assert new_org.render(f"/thumb/{hash_}.jpg").status_code == 404


def test_a_list_of_operations_is_a_stack_too(new_org):
    answer = new_org.put_stack("old", [RESIZE])
    assert answer.status_code == 201
    assert answer.json()["stack_operations"][0]["options"]["width"] == 200


def test_what_a_client_reads_it_can_write_again(new_org):
    new_org.put_stack("one", THUMB)
    stack = new_org.get(f"/stacks/{new_org.organization}/one").json()
    again = new_org.put_stack("one", stack, overwrite=True)
    assert again.status_code == 200, again.text
    assert again.json() == stack


@pytest.mark.parametrize("field, value", [
    ("name", "two"), ("name", 1), ("organization", "another"), ("created", "2001-01-01T00:00:00+00:00"), ("created", 0),
    ("link", "/stacks/acme/two")])
def test_what_a_body_can_not_set_is_not_passed_over(new_org, field, value):
    """A stack that said it was another was stored under the path's name, without a word."""
    assert_error(new_org.put_stack("one", {**THUMB, field: value}), 400)
    assert new_org.get(f"/stacks/{new_org.organization}/one").status_code == 404
    new_org.put_stack("one", THUMB)
    refused = new_org.put_stack("one", {"operations": [], field: value}, overwrite=True)
    assert_error(refused, 400)
    assert field in refused.json()["message"]
    kept = new_org.get(f"/stacks/{new_org.organization}/one").json()
    assert kept["stack_operations"] != []
    assert new_org.put_stack("one", {**THUMB, field: kept[field]}, overwrite=True).status_code == 200
    assert new_org.put_stack("one", {**THUMB, field: None}, overwrite=True).status_code == 200


def test_a_stack_with_all_that_there_is_can_be_written_again(new_org):
    new_org.put_stack("one", {
        "description": "all of it", "options": {"autoformat": True}, "variables": {"w": 5},
        "operations": [{"name": "resize", "options": {"mode": "fill", "enabled": True}, "expressions": {"width": "$w"}}],
        "expressions": [{"expression": "$w > 3", "overrides": {"options": {"dpr": 2}, "variables": {"w": 3}}}]})
    stack = new_org.get(f"/stacks/{new_org.organization}/one").json()
    assert {"description", "stack_variables", "stack_expressions", "created"} <= set(stack)
    again = new_org.put_stack("one", stack, overwrite=True)
    assert again.status_code == 200, again.text
    assert again.json() == stack


def test_php_clients_write_empty_objects_as_lists(new_org):
    body = {"operations": [{"name": "grayscale", "options": []}], "options": []}
    assert new_org.put_stack("php", body).status_code == 201


@pytest.mark.parametrize("name", ["dynamic", "-x", ".hidden", "a.b", "a%20b", "ä", "a" * 101, "_private", "a%2Fb"])
def test_names_that_no_url_could_carry_are_refused(org, name):
    assert org.put_stack(name, THUMB).status_code in (400, 404)


@pytest.mark.parametrize("body,mentions", [
    ({"operations": [{"name": "resise", "options": {"width": 1}}]}, ["resise", "resize"]),
    ({"operations": [{"name": "resize", "options": {"widht": 1}}]}, ["widht", "width"]),
    ({"operations": [{"name": "resize", "options": {"width": 0}}]}, ["width", "1", "10000"]),
    ({"operations": [{"name": "resize", "options": {"width": 10001}}]}, ["width", "10000"]),
    ({"operations": [{"name": "resize", "options": {"width": "wide"}}]}, ["width", "wide"]),
    ({"operations": [{"name": "resize", "options": {"width": 1.5}}]}, ["width"]),
    ({"operations": [{"name": "resize", "options": {"mode": "box"}}]}, ["width", "height"]),
    ({"operations": [{"name": "resize", "options": {"width": 10, "mode": "squeeze"}}]},
     ["mode", "squeeze", "box", "fill", "absolute"]),
    ({"operations": [{"name": "crop", "options": {"width": 10}}]}, ["height"]),
    ({"operations": [{"name": "crop", "options": {"width": 9, "height": 9, "anchor": "mid"}}]}, ["anchor", "mid"]),
    ({"operations": [{"name": "rotate", "options": {"angle": 361}}]}, ["angle", "360"]),
    ({"operations": [{"name": "rotate", "options": {}}]}, ["angle"]),
    ({"operations": [{"name": "blur", "options": {"sigma": -1}}]}, ["sigma"]),
    ({"operations": [{"options": {}}]}, ["Operation number 1", "name"]),
    ({"operations": {"resize": {}}}, ["operations"]),
    ({"operations": [], "options": {"jpg.quality": 101}}, ["jpg.quality", "100"]),
    ({"operations": [], "options": {"jgp.quality": 80}}, ["jgp.quality", "jpg.quality"]),
    ({"operations": [], "options": {"dpr": 0}}, ["dpr"]),
    ({"operations": [], "options": {"jpg.transparency.color": "red"}}, ["jpg.transparency.color", "red"]),
    ({"operations": [RESIZE], "options": {"source_file": True}}, ["source_file"]),
    ({"nonsense": 1}, ["operations"]),
    ("text", []),
    (7, []),
], ids=str)
def test_a_stack_is_checked_against_the_tables(org, body, mentions):
    answer = org.put_stack("checked", json.dumps(body))
    assert answer.status_code == 400, answer.text
    for word in mentions:
        assert word in answer.json()["message"], answer.json()["message"]
    assert org.get(f"/stacks/{org.organization}/checked").status_code == 404


def test_operations_are_described(server):
    answer = server.anonymous().get("/operations")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    operations = answer.json()
    assert {"resize", "crop", "rotate", "autorotate", "grayscale", "blur", "noop"} <= set(operations)
    width = operations["resize"]["properties"]["width"]
    assert (width["type"], width["minimum"], width["maximum"]) == ("integer", 1, 10000)
    assert operations["resize"]["properties"]["mode"]["values"] == ["box", "absolute", "fill"]
    assert operations["crop"]["required"] == ["width", "height"]
    assert operations["resize"]["anyOf"] == [{"required": ["width"]}, {"required": ["height"]}]


def test_stack_options_are_described(server):
    answer = server.anonymous().get("/stackoptions")
    assert answer.status_code == 200
    properties = answer.json()["properties"]
    assert {"jpg.quality", "webp.quality", "avif.quality", "png.compression_level", "autoformat", "dpr",
            "source_file"} <= set(properties)
    assert properties["jpg.quality"]["default"] == 80
    assert properties["webp.quality"]["default"] == 80
    assert properties["avif.quality"]["default"] == 45
    assert properties["png.compression_level"]["default"] == 7


def test_everything_described_is_accepted(server, org):
    """Each option's default, and the ends of its range, must pass the very checks the tables describe."""
    for name, operation in server.anonymous().get("/operations").json().items():
        least = {"width": 10, "height": 10} if {"width", "height"} <= set(operation["properties"]) else {}
        stand_ins = {"angle": 90, "font": "abcdef", "text": "x", "changes": []}
        least |= {option: value for option, value in stand_ins.items() if option in operation["properties"]}
        least |= {option: "abcdef" for option in operation["required"] if option not in least}
        for option, schema in operation["properties"].items():
            for key in ("default", "minimum", "maximum"):
                if key in schema and schema[key] is not None:
                    body = {"operations": [{"name": name, "options": {**least, option: schema[key]}}]}
                    answer = org.put_stack("described", body, overwrite=True)
                    assert answer.status_code in (200, 201), f"{name}.{option} = {schema[key]}: {answer.text}"


@pytest.mark.parametrize("body", [
    '{"operations":[],"variables":{"a":1e999}}',
    '[{"name":"svgdynamic","expressions":' + "[" * 30 + "]" * 30 + "}]",
])
def test_what_could_not_be_read_again_replaces_no_good_stack(new_org, body):
    new_org.put_stack("good", THUMB)
    path = f"/stacks/{new_org.organization}/good"
    assert_error(new_org.request("PUT", f"{path}?overwrite=true", data=body), 400)
    assert new_org.get(path).json()["stack_options"] == {"jpg.quality": 90}
