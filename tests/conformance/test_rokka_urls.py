"""The npm packages `rokka` and `rokka-render`, unchanged: URLs that they make and sign, rendered."""

import json

import pytest
import requests

from harness import pictures, pixels

from rokka_client import RESIZE, UNDEFINED, buffer, upload, url_object


@pytest.mark.parametrize("stack,options,wanted", [
    ("thumb", {}, (100, 75)),
    ("thumb", {"filename": "a-nice-name"}, (100, 75)),
    ("thumb", {"stackoptions": {"dpr": 2}}, (200, 150)),
    ([RESIZE, {"name": "rotate", "options": {"angle": 90}}], {}, (75, 100)),
    ([{"name": "crop", "options": {"width": 30, "height": 20, "anchor": "left_top"}}], {}, (30, 20)),
    ([{"name": "rotate", "options": {"angle": -90}}], {}, (150, 200)),
    ([RESIZE], {"stackoptions": {"dpr": 2, "autoformat": True}}, (200, 150)),
], ids=str)
def test_urls_made_by_the_package_render(rokka, stack, options, wanted):
    rokka.must("stacks.create", rokka.org, "thumb", {"operations": [RESIZE]})
    item = upload(rokka)
    for image in (item["hash"], item["short_hash"]):
        url = rokka.must("render.getUrl", rokka.org, image, "png", stack, options).result
        answer = requests.get(url, timeout=60)
        assert answer.status_code == 200, f"{url}: {answer.text}"
        assert answer.headers["Content-Type"] == "image/png"
        assert pixels.size_of(answer.content) == wanted


def test_an_alias_in_a_url_made_by_the_package(rokka):
    rokka.must("stacks.create", rokka.org, "thumb", {"operations": [RESIZE]})
    for colour in (pictures.RED, pictures.GREEN):
        item = upload(rokka, pictures.solid(colour))
        rokka.must("sourceimages.alias.create", rokka.org, "logo", {"hash": item["hash"]}, {"overwrite": True})
        url = rokka.must("render.getUrl", rokka.org, "-_logo_-", "png", "thumb").result
        assert pixels.is_near(pixels.colour_at(requests.get(url, timeout=60).content, 0.5, 0.5), colour)


def test_urls_on_the_organizations_host(connect, new_org, server):
    client = connect(new_org, renderHost=f"http://{{organization}}.localhost:{server.port}")
    data = pictures.png(200, 150, seed=2003)
    item = client.must("sourceimages.create", new_org.organization, "a.png", buffer(data)).body["items"][0]
    url = client.must("render.getUrl", new_org.organization, item["hash"], "png", [RESIZE]).result
    assert url.startswith(f"http://{new_org.organization}.localhost:{server.port}/dynamic/")
    assert pixels.size_of(fetch_on_host(server, url)) == (100, 75)


def test_urls_made_from_urls(connect, new_org, server):
    """The package takes a port for a part of the organization's name: hosts without one, as in production."""
    client = connect(new_org, renderHost="http://{organization}.localhost")
    data = pictures.png(200, 150, seed=2004)
    item = client.must("sourceimages.create", new_org.organization, "a.png", buffer(data)).body["items"][0]
    url = client.must("render.getUrl", new_org.organization, item["hash"], "png", [RESIZE]).result
    other = client.must("render.getUrlFromUrl", url, [{"name": "resize", "options": {"width": 50}}]).result
    assert pixels.size_of(fetch_on_host(server, other)) == (50, 38)


def fetch_on_host(server, url) -> bytes:
    """As a browser would, which knows *.localhost without asking any DNS."""
    host, path = url.removeprefix("http://").split("/", 1)
    answer = requests.get(f"{server.url}/{path}", headers={"Host": host}, timeout=60)
    assert answer.status_code == 200, f"{url}: {answer.text}"
    return answer.content


def test_options_that_a_program_leaves_undefined(rokka):
    """The package writes __undefined__ for them, and for false and 0 too."""
    item = upload(rokka)
    blur = rokka.must("operations.blur", 2).result
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", [{**RESIZE, "options": {"width": 50, "height": None}}, blur]).result
    assert "/resize-width-50-height-__undefined__--blur-sigma-2" in url
    assert size_at(url) == (50, 38)


@pytest.mark.parametrize("url, wanted", [
    ("https://acme.rokka.io/thumb/resize-width-9/abcdef.jpg", {"stack": "thumb/resize-width-9", "hash": "abcdef", "format": "jpg"}),
    ("https://acme.rokka.io/thumb/-_logo_-/name.jpg", {"stack": "thumb", "hash": "-_logo_-", "format": "jpg", "filename": "name"}),
])
def test_parts_of_urls(rokka, url, wanted):
    """Nothing of it asks the server; what the package takes apart is what ours have."""
    assert rokka.must("render.getUrlComponents", url_object(url)).result == wanted


def test_urls_made_by_rokka_render(rokka, server):
    """As a page uses it that has no key."""
    rokka.must("stacks.create", rokka.org, "sized", {"operations": [{"name": "resize", "expressions": {"width": "$w"}}],
                                                     "variables": {"w": 20, "label": ""}})
    item = upload(rokka)
    host = server.url + "/render/{organization}"
    plain = rokka.must("rokka-render.getUrl", rokka.org, item["hash"], "png", "sized", {"filename": "name"}, host).result
    larger = rokka.must("rokka-render.addStackVariables", plain, {"w": 30, "label": "a/b c"}).result
    components, address = {"stack": "sized"}, url_object(larger)
    known = rokka.must("rokka-render.getStackVariables", components, address, {"variables": {"w": "30"}}, {}).result
    assert known == {"w": "30", "label": "a/b c"}
    dynamic = rokka.must("rokka-render.getUrl", rokka.org, item["hash"], "png",
                         [{"name": "resize", "options": {"width": 40, "upscale": False}}], UNDEFINED, host).result
    assert [size_at(url) for url in (plain, larger, dynamic)] == [(20, 15), (30, 23), (40, 30)]


def test_urls_made_from_urls_by_rokka_render(rokka, server):
    rokka.must("stacks.create", rokka.org, "thumb", {"operations": [RESIZE]})
    item = upload(rokka)
    url = rokka.must("rokka-render.getUrl", rokka.org, item["hash"], "png", "thumb", UNDEFINED, "http://{organization}.localhost").result
    other = rokka.must("rokka-render.getUrlFromUrl", url, [{"name": "resize", "options": {"width": 60}}],
                       {"format": "jpg"}, "http://{organization}.localhost").result
    assert other.endswith(".jpg")
    assert pixels.size_of(fetch_on_host(server, other)) == (60, 45)


def size_at(url) -> tuple[int, int]:
    answer = requests.get(url, timeout=60)
    assert answer.status_code == 200, f"{url}: {answer.text}"
    return pixels.size_of(answer.content)


def test_there_are_no_lists_of_albums(rokka):
    for options in ({}, {"favorites": True}):
        answer = rokka.call("render.imagesByAlbum", rokka.org, "vacation", options)
        assert answer.thrown and answer.status == 501 and answer.error["error"]["code"] == 501


# Protection


def signing_key(rokka) -> str:
    return rokka.must("organizations.get", rokka.org).body["signing_keys"][0]["key"]


def status_of(url) -> int:
    return requests.get(url, timeout=60).status_code


def test_urls_signed_by_the_package(rokka):
    rokka.must("stacks.create", rokka.org, "closed", {"operations": [RESIZE], "options": {"protected": True}})
    item = upload(rokka)
    key = signing_key(rokka)
    for options in ({}, {"filename": "a-nice-name"}, {"stackoptions": {"dpr": 2}}):
        url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "closed", options).result
        assert status_of(url) == 403
        signed = rokka.must("render.signUrl", url, key).result
        assert status_of(signed) == 200, signed
        assert status_of(signed.replace(item["hash"], item["short_hash"])) == 403
        assert status_of(rokka.must("render.signUrl", url, "0" * 32).result) == 403
        again = rokka.must("render.signUrl", signed, key).result
        assert again == signed, "the package replaces a signature"


@pytest.mark.parametrize("until,status", [("2050-02-08T07:05:00.000Z", 200), ("2020-02-08T07:05:00.000Z", 403)])
def test_urls_with_an_end_signed_by_the_package(rokka, until, status):
    rokka.must("stacks.create", rokka.org, "closed", {"operations": [RESIZE], "options": {"protected": True}})
    item = upload(rokka)
    key = signing_key(rokka)
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "closed").result
    for call, options in (("render.signUrl", {"until": {"$date": until}}),
                          ("render.signUrl", {"until": {"$date": until}, "roundDateUpTo": 1}),
                          ("render.signUrlWithOptions", {"until": until})):
        signed = rokka.must(call, url, key, options).result
        assert "sigopts=" in signed
        assert status_of(signed) == status, signed


def test_urls_with_options_signed_by_the_package(rokka):
    rokka.must("stacks.create", rokka.org, "closed", {"operations": [RESIZE], "options": {"protected": True}})
    url = rokka.must("render.getUrl", rokka.org, upload(rokka)["hash"], "png", "closed").result
    for until, status in (("2050-01-01T00:00:00Z", 200), ("2020-01-01T00:00:00Z", 403)):
        signed = rokka.must("render.signUrlWithOptions", url, signing_key(rokka), {"until": until}).result
        assert status_of(signed) == status, signed


def test_other_parameters_of_urls_signed_by_the_package(rokka):
    """The package writes the whole query anew when it signs, in the way of browsers."""
    rokka.must("stacks.create", rokka.org, "closed", {"operations": [RESIZE], "options": {"protected": True}})
    item = upload(rokka)
    key = signing_key(rokka)
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "closed").result
    for query in ('?x={"a":"b"}', "?x=a b+c%20d", "?foo=bar&lala=hello&soso", "?x=~*'()!", "?x=%C3%BC"):
        signed = rokka.must("render.signUrl", url + query, key).result
        assert status_of(signed) == 200, signed
        limited = rokka.must("render.signUrl", url + query, key, {"until": {"$date": "2050-01-01T00:00:00Z"}}).result
        assert status_of(limited) == 200, limited


def test_urls_with_variables_signed_by_the_package(rokka):
    operation = {"name": "resize", "expressions": {"width": "$w"}}
    rokka.must("stacks.create", rokka.org, "sized",
               {"operations": [operation], "variables": {"w": 20, "label": ""}, "options": {"protected": True}})
    item = upload(rokka)
    key = signing_key(rokka)
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "sized").result
    for variables in ({"w": 30}, {"w": 30, "label": "a/b c+d"}, {"w": 30, "label": "~$%?&="}):
        with_variables = rokka.must("render.addStackVariables", url, variables).result
        assert status_of(with_variables) == 403
        for options in ({}, {"until": {"$date": "2050-01-01T00:00:00Z"}}):
            signed = rokka.must("render.signUrl", with_variables, key, options).result
            answer = requests.get(signed, timeout=60)
            assert answer.status_code == 200, f"{signed}: {answer.text}"
            assert pixels.size_of(answer.content)[0] == 30


def test_urls_signed_by_the_package_on_the_organizations_host(connect, new_org, server):
    client = connect(new_org, renderHost=f"http://{{organization}}.localhost:{server.port}")
    client.org = new_org.organization
    item = upload(client)
    client.must("organizations.setOption", client.org, "protect_dynamic_stack", True)
    url = client.must("render.getUrl", client.org, item["hash"], "png", [RESIZE]).result
    signed = client.must("render.signUrl", url, signing_key(client)).result
    assert pixels.size_of(fetch_on_host(server, signed)) == (100, 75)


def test_urls_signed_by_the_server(rokka):
    rokka.must("stacks.create", rokka.org, "closed", {"operations": [RESIZE], "options": {"protected": True}})
    item = upload(rokka)
    url = rokka.must("render.getUrl", rokka.org, item["hash"], "png", "closed").result
    answer = rokka.must("utils.signUrl", rokka.org, url)
    assert answer.body == {"signed_url": rokka.must("render.signUrl", url, signing_key(rokka)).result}
    assert status_of(answer.body["signed_url"]) == 200


def test_protect_an_image(rokka):
    rokka.must("stacks.create", rokka.org, "thumb", {"operations": [RESIZE]})
    item = upload(rokka)
    answer = rokka.must("sourceimages.setProtected", rokka.org, item["hash"], True)
    assert answer.body["protected"] is True and answer.body["hash"] != item["hash"]
    assert answer.headers["location"].endswith(answer.body["hash"])
    url = rokka.must("render.getUrl", rokka.org, answer.body["hash"], "png", "thumb").result
    assert status_of(url) == 403
    assert status_of(rokka.must("render.signUrl", url, signing_key(rokka)).result) == 200
    opened = rokka.must("sourceimages.setProtected", rokka.org, answer.body["hash"], False, {"deletePrevious": True})
    assert (opened.body["hash"], opened.body["protected"]) == (item["hash"], False)
    assert status_of(url) == 404
