"""The API's table, walked over HTTP: what GET /doc says is what the server does."""

import pytest
from jsonschema import Draft202012Validator

from harness import pictures
from harness.errors import assert_error

PIECES = {"hash": "a" * 40, "name": "logo", "id": "0" * 16, "user": "271cce77-45c7-4f6d-a0f6-a4edc29964e6"}


@pytest.fixture(scope="module")
def description(server):
    return server.anonymous().get("/doc").json()


def each_operation(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.removeprefix("x-").upper(), path, operation


def filled(path, org):
    for piece, value in {"org": org.organization, **PIECES}.items():
        path = path.replace("{" + piece + "}", value)
    return path


def body_for(operation):
    """One that a route reads before it looks at it, so that nothing but the query can be what is wrong."""
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return {"files": [("filedata", ("a.jpg", pictures.photo(16, 12), "image/jpeg"))]}
    return {"data": "{}"} if content else {}


def names(parameter, description):
    """Its own, or those of the parameters that it stands for."""
    if not parameter.get("explode"):
        return [parameter["name"]]
    return description["components"]["schemas"][parameter["schema"]["$ref"].split("/")[-1]]["properties"]


def test_every_route_refuses_a_parameter_that_it_does_not_know(org, description):
    routes = list(each_operation(description))
    assert len(routes) > 25
    for method, path, operation in routes:
        if path == "/":
            continue  # links of other people lead there
        known = [name for one in operation["parameters"] if one["in"] == "query" for name in names(one, description)]
        answer = org.request(method, filled(path, org) + "?no_such_parameter=1", **body_for(operation))
        assert_error(answer, 400)
        message = answer.json()["message"]
        assert "no_such_parameter" in message, f"{method} {path}: {message}"
        assert all(name in message for name in known), f"{method} {path}: {message}"


def test_head_is_answered_as_get_wherever_there_is_get(org, description):
    for method, path, _ in each_operation(description):
        if method == "GET":
            get, head = (org.request(verb, filled(path, org)) for verb in ("GET", "HEAD"))
            assert (head.status_code, head.content) == (get.status_code, b""), path


def test_every_schema_is_one(description):
    schemas = [*description["components"]["schemas"].values()]
    for _, _, operation in each_operation(description):
        schemas += [one["schema"] for one in operation["parameters"]]
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            schemas += [content["schema"] for content in part.get("content", {}).values()]
    assert len(schemas) > 100
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_references_lead_somewhere(description):
    named = description["components"]["schemas"]

    def look(value):
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].removeprefix("#/components/schemas/") in named
            for one in value.values():
                look(one)
        if isinstance(value, list):
            for one in value:
                look(one)

    look(description)


def validated(description, method, path, answer):
    """The answer's JSON against the schema of its route and status, which must name all its fields."""
    response = description["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    schema = response["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": description["components"]}).validate(answer.json())
    if "$ref" in schema:
        shape = description["components"]["schemas"][schema["$ref"].split("/")[-1]]
        assert set(answer.json()) <= set(shape["properties"])
    return answer


def test_options_tells_what_the_description_has(org, description):
    """It told of every method that there is, for every path, those of renders too."""
    for path, methods in description["paths"].items():
        answer = org.with_key(None).request("OPTIONS", filled(path, org))
        offered = {name.strip() for name in answer.headers["Allow"].split(",")}
        described = {name.removeprefix("x-").upper() for name in methods} | ({"HEAD"} if "get" in methods else set()) | {"OPTIONS"}
        assert (answer.status_code, offered) == (204, described), path
    render = org.with_key(None).request("OPTIONS", f"/render/{org.organization}/dynamic/abcdef.jpg")
    refused = org.with_key(None).request("DELETE", f"/render/{org.organization}/dynamic/abcdef.jpg")
    assert render.headers["Allow"] == refused.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_purge_too_many_is_as_it_is_described(new_org, description):
    """It was described as an error like any other, whose fields it has not."""
    new_org.stack("thumb")
    path = f"/stacks/{new_org.organization}/thumb/cache"
    answers = [new_org.delete(path) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    route = "/stacks/{org}/{name}/cache"
    validated(description, "DELETE", route, answers[-1])
    schema = description["paths"][route]["delete"]["responses"]["429"]["content"]["application/json"]["schema"]
    assert {"$ref": "#/components/schemas/TooManyPurges"} in schema["anyOf"]
    own = description["components"]["schemas"]["TooManyPurges"]
    assert set(own["required"]) == set(own["properties"]) == set(answers[-1].json())


@pytest.mark.parametrize("written, protected", [
    ("true", True), ("false", False), ("1", True), ("0", False), ('"true"', True), ('"0"', False)])
def test_a_flag_that_is_a_whole_body_is_taken_as_its_description_says(org, written, protected):
    """The text of the refusal allowed 1 and 0, which were refused."""
    image = org.add(pictures.photo(16, 12, seed=1701))["hash"]
    answer = org.image(image, "/options/protected", method="PUT", data=written)
    assert (answer.status_code, answer.json()["protected"]) == (200, protected), answer.text
    for wrong in ("2", '"yes"', "null", "[]", "{}"):
        refused = org.image(image, "/options/protected", method="PUT", data=wrong)
        assert_error(refused, 400)
        assert "true, false, 1 or 0" in refused.json()["message"]


BODIES_OF_STACKS = [
    ({"operations": []}, True), ({"stack_operations": []}, True), ({"options": {}}, True),
    ({"stack_options": {"dpr": 2}}, True), ([], True), ([{"name": "noop"}], True),
    ({}, False), ({"description": "x"}, False), ({"expressions": []}, False), ("x", False), (1, False), (None, False),
]


@pytest.mark.parametrize("body, is_one", BODIES_OF_STACKS, ids=[str(body) for body, _ in BODIES_OF_STACKS])
def test_bodies_of_stacks_are_what_the_description_takes(org, description, body, is_one):
    """It knew no list of operations, and didn't say which of the fields is needed."""
    content = description["paths"]["/stacks/{org}/{name}"]["put"]["requestBody"]["content"]
    schema = {**content["application/json"]["schema"], "components": description["components"]}
    answer = org.put_stack("described", body, overwrite=True)
    assert (answer.status_code in (200, 201)) == is_one, answer.text
    assert Draft202012Validator(schema).is_valid(body) == is_one


def test_removing_an_option_that_is_not_set_is_as_it_is_described(new_org, description):
    """A 404 was described for it; what is asked for holds already, so it is 204."""
    path = f"/organizations/{new_org.organization}/options/"
    answer = new_org.delete(path + "protect_dynamic_stack")
    described = description["paths"]["/organizations/{org}/options/{name}"]["delete"]["responses"]
    assert answer.status_code == 204
    assert "not set" in described["204"]["description"] and "not set" not in described["404"]["description"]
    assert_error(new_org.delete(path + "no_such_option"), 404)


def test_answers_are_as_they_are_described(new_org, description):
    org = new_org
    here = {"org": org.organization}
    uploaded = validated(description, "POST", "/sourceimages/{org}", org.upload(pictures.photo(16, 12, seed=1700)))
    image = uploaded.json()["items"][0]["hash"]
    org.stack("thumb", {"name": "resize", "options": {"width": 10}})
    calls = [
        ("PUT", "/sourceimages/{org}/alias/{name}", {"json": {"hash": image}}),
        ("GET", "/sourceimages/{org}/alias/{name}", {}),
        ("DELETE", "/sourceimages/{org}/alias/{name}/cache", {}),
        ("GET", "/sourceimages/{org}", {"params": {"limit": 1}}),
        ("GET", "/sourceimages/{org}/{hash}", {}),
        ("PUT", "/sourceimages/{org}/{hash}/options/protected", {"data": "false"}),
        ("PUT", "/sourceimages/{org}/{hash}/meta/user/{field}", {"json": 4}),
        ("GET", "/sourceimages/{org}/{hash}/meta/user/{field}", {}),
        ("PATCH", "/sourceimages/{org}/{hash}/meta/user", {"json": {"city": "Zürich"}}),
        ("GET", "/sourceimages/{org}/{hash}/meta/user", {}),
        ("PUT", "/sourceimages/{org}/{hash}/meta/dynamic/{name}", {"json": {"x": 1, "y": 2}}),
        ("PUT", "/sourceimages/{org}/{hash}/options/locked", {"data": "false"}),
        ("PUT", "/sourceimages/{org}/{hash}/name", {"data": '"a.jpg"'}),
        ("POST", "/sourceimages/{org}/copy", {"json": [image, "0" * 40], "headers": {"Destination": org.organization}}),
        ("GET", "/stacks/{org}", {}),
        ("GET", "/stacks/{org}/{name}", {}),
        ("GET", "/organizations/{org}", {}),
        ("PUT", "/organizations/{org}/options", {"data": '{"protect_dynamic_stack": true}'}),
        ("GET", "/organizations/{org}/memberships", {}),
        ("GET", "/organizations/{org}/audit", {}),
        ("GET", "/user/memberships", {}),
        ("GET", "/user/admin/apikeys", {}),
        ("GET", "/user", {}),
        ("POST", "/user/apikeys", {"json": {}}),
        ("POST", "/utils/{org}/sign_url", {"json": {"url": "https://a.example/thumb/abcdef.png"}}),
        ("GET", "/healthz", {}),
        ("GET", "/readyz", {}),
    ]
    for method, path, options in calls:
        name = "thumb" if path.startswith("/stacks") else "subject_area" if "/dynamic/" in path else "logo"
        target = path.format(**here, hash=image, name=name, field="int:stars")
        answer = org.request(method, target, **options)
        assert answer.status_code in (200, 201, 204), f"{method} {path}: {answer.text}"
        if answer.status_code != 204:
            validated(description, method, path, answer)
    refused = org.get(f"/sourceimages/{org.organization}/alias/nobody")
    assert_error(refused, 404)
    validated(description, "GET", "/sourceimages/{org}/alias/{name}", refused)
