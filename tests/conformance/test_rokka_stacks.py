"""The npm package `rokka`, unchanged: stacks and operations."""

import requests
from PIL import Image

from harness import pictures, pixels

from rokka_client import RESIZE, upload


def test_stacks(rokka):
    body = {"operations": [RESIZE], "options": {"jpg.quality": 77}}
    created = rokka.must("stacks.create", rokka.org, "thumb", body)
    assert created.status == 201
    assert created.body["stack_operations"] == [RESIZE]
    again = rokka.call("stacks.create", rokka.org, "thumb", body)
    assert again.thrown and again.status == 409
    other = {"operations": [{"name": "grayscale"}]}
    assert rokka.must("stacks.create", rokka.org, "thumb", other, {"overwrite": True}).status == 200
    assert rokka.must("stacks.get", rokka.org, "thumb").body["stack_operations"][0]["name"] == "grayscale"
    assert [one["name"] for one in rokka.must("stacks.list", rokka.org).body["items"]] == ["thumb"]
    assert rokka.must("stacks.invalidateCache", rokka.org, "thumb").body == {"status": "ok"}
    assert rokka.must("stacks.delete", rokka.org, "thumb").status == 204
    assert rokka.call("stacks.get", rokka.org, "thumb").status == 404


def test_the_old_signature_of_stacks_create(rokka):
    assert rokka.must("stacks.create", rokka.org, "old", [RESIZE], {"jpg.quality": 70}).status == 201
    assert rokka.must("stacks.create", rokka.org, "old", [RESIZE], {"jpg.quality": 60}, True).status == 200


def test_the_packages_own_operations(rokka):
    made = [rokka.must("operations.resize", 80, 80, {"mode": "fill"}).result,
            rokka.must("operations.crop", 60, 60).result,
            rokka.must("operations.rotate", 90).result,
            rokka.must("operations.autorotate").result,
            rokka.must("operations.blur", 2).result,
            rokka.must("operations.noop").result]
    assert rokka.must("stacks.create", rokka.org, "all", {"operations": made}).status == 201
    item = upload(rokka)
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "all").result
    assert pixels.size_of(requests.get(url, timeout=60).content) == (60, 60)


def test_operations_and_stack_options_are_listed(rokka):
    operations = rokka.must("operations.list").body
    assert {"resize", "crop", "rotate", "autorotate", "grayscale", "blur", "noop"} <= set(operations)
    assert "jpg.quality" in rokka.must("stackoptions.get").body["properties"]


def test_stacks_are_listed_in_pages(rokka):
    names = [f"stack{number}" for number in range(3)]
    for name in names:
        rokka.must("stacks.create", rokka.org, name, {"operations": [RESIZE]})
    first = rokka.must("stacks.list", rokka.org, 2).body
    second = rokka.must("stacks.list", rokka.org, 2, first["cursor"]).body
    assert [stack["name"] for stack in [*first["items"], *second["items"]]] == names


def test_operations_that_the_package_makes_are_rendered(rokka):
    picture = Image.new("RGB", (100, 80), pictures.WHITE)
    picture.paste(pictures.RED, (20, 20, 80, 60))
    item = upload(rokka, pictures.encode(picture, "PNG"))
    for name, operations, wanted in (
            ("trimmed", [rokka.must("operations.trim", {"fuzzy": 5}).result], (60, 40)),
            ("shadow", [rokka.must("operations.dropshadow", {"horizontal": 10, "vertical": 5, "opacity": 80, "sigma": 1}).result],
             (113, 88)),
            ("framed", [rokka.must("operations.composition", 150, 120, "background", {"secondary_color": "00FF00"}).result], (150, 120))):
        assert rokka.must("stacks.create", rokka.org, name, {"operations": operations}).status == 201
        answer = requests.get(rokka.must("render.getUrl", rokka.org, item["hash"], "png", name).result, timeout=60)
        assert answer.status_code == 200, answer.text
        assert pixels.size_of(answer.content) == wanted, name


def test_expressions_that_the_package_makes_override_options(rokka):
    expression = rokka.must("expressions.default", "options.dpr >= 2", {"jpg.quality": 20}).result
    created = rokka.must("stacks.create", rokka.org, "thumb", {"operations": [RESIZE], "expressions": [expression]})
    assert created.body["stack_expressions"] == [expression]
    item = upload(rokka, pictures.photo(400, 300, seed=2005))

    def size_of(stack_options):
        url = rokka.must("render.getUrl", rokka.org, item["hash"], "jpg", "thumb", {"stackoptions": stack_options}).result
        return len(requests.get(url, timeout=60).content)

    assert size_of({"dpr": 2}) < size_of({"dpr": 2, "jpg.quality": 80})


def test_any_request_through_the_package(rokka):
    body = {"operations": [RESIZE]}
    assert rokka.must("request", f"stacks/{rokka.org}/thumb", "PUT", body).status == 201
    assert [one["name"] for one in rokka.must("request", f"stacks/{rokka.org}").body["items"]] == ["thumb"]
    refused = rokka.call("request", f"stacks/{rokka.org}/thumb", "PUT", body)
    assert refused.thrown and refused.status == 409
