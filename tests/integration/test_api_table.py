"""The API's table, walked over HTTP: what GET /doc says is what the server does."""

import pytest
from jsonschema import Draft202012Validator

from harness import pictures
from harness.errors import assert_error

PIECES = {"hash": "a" * 40, "name": "logo"}


@pytest.fixture(scope="module")
def description(server):
    return server.anonymous().get("/doc").json()


def each_operation(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


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


def test_every_route_refuses_a_parameter_that_it_does_not_know(org, description):
    routes = list(each_operation(description))
    assert len(routes) > 25
    for method, path, operation in routes:
        if path == "/":
            continue  # links of other people lead there
        known = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
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
        ("GET", "/stacks/{org}", {}),
        ("GET", "/stacks/{org}/{name}", {}),
        ("GET", "/organizations/{org}", {}),
        ("PUT", "/organizations/{org}/options", {"data": '{"protect_dynamic_stack": true}'}),
        ("POST", "/utils/{org}/sign_url", {"json": {"url": "https://a.example/thumb/abcdef.png"}}),
        ("GET", "/healthz", {}),
        ("GET", "/readyz", {}),
    ]
    for method, path, options in calls:
        name = "thumb" if path.startswith("/stacks") else "logo"
        target = path.format(**here, hash=image, name=name)
        answer = org.request(method, target, **options)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.text}"
        validated(description, method, path, answer)
    refused = org.get(f"/sourceimages/{org.organization}/alias/nobody")
    assert_error(refused, 404)
    validated(description, "GET", "/sourceimages/{org}/alias/{name}", refused)
