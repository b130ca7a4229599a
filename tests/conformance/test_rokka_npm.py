"""The npm package `rokka`, unchanged, drives the server: upload, list, stacks, aliases, render URLs."""

import hashlib
import json

import pytest
import requests

from harness import pictures, pixels

from rokka_client import HERE, RokkaClient, buffer, stream

RESIZE = {"name": "resize", "options": {"width": 100, "height": 100}}


@pytest.fixture(scope="session")
def package(node_modules):
    manifest = json.loads((node_modules / "rokka" / "package.json").read_text())
    assert manifest["version"] == json.loads((HERE / "package.json").read_text())["dependencies"]["rokka"]
    return manifest["version"]


@pytest.fixture
def connect(package, server):
    """Makes clients; takes an organization's Client and more of the package's options."""
    running = []

    def start(org, **config) -> RokkaClient:
        client = RokkaClient({"apiKey": org.key, "apiHost": server.url,
                              "renderHost": server.url + "/render/{organization}",
                              "transport": {"retries": 0}, **config})
        running.append(client)
        return client

    yield start
    for client in running:
        client.close()


@pytest.fixture
def rokka(connect, new_org):
    client = connect(new_org)
    client.org = new_org.organization
    return client


def upload(rokka, data=None, name="picture.png", *more) -> dict:
    data = data or pictures.png(200, 150, seed=2000)
    return rokka.must("sourceimages.create", rokka.org, name, buffer(data), *more).body["items"][0]


# Source images


def test_upload_a_buffer_and_a_stream(rokka, tmp_path):
    data = pictures.photo(200, 150, seed=2001)
    first = rokka.must("sourceimages.create", rokka.org, "buffer.jpg", buffer(data))
    assert first.status == 201
    assert first.body["total"] == 1
    item = first.body["items"][0]
    assert (item["name"], item["width"], item["binary_hash"]) == ("buffer.jpg", 200, hashlib.sha1(data).hexdigest())

    path = tmp_path / "stream.jpg"
    path.write_bytes(data)
    second = rokka.must("sourceimages.create", rokka.org, "stream.jpg", stream(path))
    assert second.body["items"][0]["hash"] == item["hash"]


def test_upload_with_metadata(rokka):
    metadata = {"meta_user": {"title": "Täglich", "int:n": 3},
                "meta_dynamic": {"subject_area": {"x": 1, "y": 2, "width": 3, "height": 4}},
                "options": {"protected": False}}
    item = upload(rokka, None, "meta.png", metadata)
    assert item["user_metadata"] == metadata["meta_user"]
    assert item["dynamic_metadata"] == metadata["meta_dynamic"]


def test_upload_by_url(rokka):
    answer = rokka.call("sourceimages.createByUrl", rokka.org, "http://127.0.0.1:1/a.jpg")
    assert answer.thrown and answer.status == 422, "loopback is not for strangers to fetch from"


def test_get_and_list(rokka):
    items = [upload(rokka, pictures.png(50 + number, 40)) for number in range(3)]
    assert rokka.must("sourceimages.get", rokka.org, items[0]["hash"]).body == items[0]
    listed = rokka.must("sourceimages.list", rokka.org)
    assert listed.body["total"] == 3
    assert [one["hash"] for one in listed.body["items"]] == [one["hash"] for one in items[::-1]]
    page = rokka.must("sourceimages.list", rokka.org, {"limit": 1, "offset": 1})
    assert [one["hash"] for one in page.body["items"]] == [items[1]["hash"]]
    found = rokka.must("sourceimages.getWithBinaryHash", rokka.org, items[2]["binary_hash"])
    assert [one["hash"] for one in found.body["items"]] == [items[2]["hash"]]


def test_download(rokka):
    data = pictures.png(64, 48, seed=2002)
    item = upload(rokka, data)
    assert rokka.must("sourceimages.downloadAsBuffer", rokka.org, item["hash"]).body == data


def test_delete_and_restore(rokka):
    item = upload(rokka)
    assert rokka.must("sourceimages.delete", rokka.org, item["hash"]).status == 204
    gone = rokka.call("sourceimages.get", rokka.org, item["hash"])
    assert gone.thrown and gone.status == 404
    assert gone.error["error"]["code"] == 404
    deleted = rokka.must("sourceimages.get", rokka.org, item["hash"], {"deleted": True})
    assert deleted.body == {**item, "deleted": True}
    assert rokka.must("sourceimages.restore", rokka.org, item["hash"]).status == 200
    assert rokka.must("sourceimages.get", rokka.org, item["hash"]).body["hash"] == item["hash"]
    assert rokka.must("sourceimages.deleteWithBinaryHash", rokka.org, item["binary_hash"]).status == 204


def test_user_metadata(rokka):
    hash_ = upload(rokka)["hash"]

    def fields():
        return rokka.must("sourceimages.meta.get", rokka.org, hash_).body

    added = rokka.must("sourceimages.meta.add", rokka.org, hash_, {"somefield": "somevalue", "int:some_number": 0,
                                                                   "delete_this": None})
    assert added.status == 204
    assert fields() == {"somefield": "somevalue", "int:some_number": 0}
    assert rokka.must("sourceimages.meta.set", rokka.org, hash_, "somefield", "another").status == 204
    assert rokka.must("sourceimages.meta.set", rokka.org, hash_, "array:labels", ["a", "b"]).status == 204
    assert fields() == {"somefield": "another", "int:some_number": 0, "array:labels": ["a", "b"]}
    assert rokka.must("sourceimages.meta.delete", rokka.org, hash_, "int:some_number").status == 204
    replaced = rokka.must("sourceimages.meta.replace", rokka.org, hash_, {"somefield": "x", "int:another_number": 23})
    assert replaced.status == 204
    assert fields() == {"somefield": "x", "int:another_number": 23}
    assert rokka.must("sourceimages.meta.delete", rokka.org, hash_).status == 204
    assert fields() == {}
    wrong = rokka.call("sourceimages.meta.add", rokka.org, hash_, {"int:number": "many"})
    assert wrong.thrown and wrong.status == 400 and "int:number" in wrong.error["error"]["message"]


def test_areas(rokka):
    first = upload(rokka)
    area = {"x": 100, "y": 100, "width": 50, "height": 50}
    second = rokka.must("sourceimages.setSubjectArea", rokka.org, first["hash"], area)
    assert second.status == 201 and second.body["dynamic_metadata"] == {"subject_area": area}
    assert second.headers["location"] == f"/sourceimages/{rokka.org}/{second.body['hash']}"
    third = rokka.must("sourceimages.setSubjectArea", rokka.org, second.body["hash"], {**area, "x": 120},
                       {"deletePrevious": True})
    assert third.status == 201 and third.body["hash"] != second.body["hash"]
    assert rokka.call("sourceimages.get", rokka.org, second.body["hash"]).status == 404
    removed = rokka.must("sourceimages.removeSubjectArea", rokka.org, third.body["hash"], {"deletePrevious": True})
    assert removed.status == 201 and removed.body == first
    version = rokka.must("sourceimages.addDynamicMetaData", rokka.org, first["hash"], "version", {"text": "2"})
    assert version.body["dynamic_metadata"] == {"version": {"text": "2"}}
    again = rokka.must("sourceimages.addDynamicMetaData", rokka.org, version.body["hash"], "version", {"text": "2"})
    assert again.status == 204
    back = rokka.must("sourceimages.deleteDynamicMetaData", rokka.org, version.body["hash"], "version")
    assert back.body == first


# Stacks and operations


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


# Aliases


def test_aliases(rokka):
    first = upload(rokka, pictures.solid(pictures.RED))
    second = upload(rokka, pictures.solid(pictures.BLUE))
    created = rokka.must("sourceimages.alias.create", rokka.org, "logo", {"hash": first["hash"]})
    assert created.status == 201
    assert (created.body["alias"], created.body["hash"], created.body["organization"]) == (
        "logo", first["hash"], rokka.org)
    again = rokka.call("sourceimages.alias.create", rokka.org, "logo", {"hash": second["hash"]})
    assert again.thrown and again.status == 409
    moved = rokka.must("sourceimages.alias.create", rokka.org, "logo", {"hash": second["hash"]}, {"overwrite": True})
    assert (moved.status, moved.body["hash"]) == (200, second["hash"])
    assert rokka.must("sourceimages.alias.get", rokka.org, "logo").body["hash"] == second["hash"]
    purged = rokka.must("sourceimages.alias.invalidateCache", rokka.org, "logo")
    assert (purged.status, purged.body) == (200, {"status": "ok"})
    assert rokka.must("sourceimages.alias.delete", rokka.org, "logo").status == 204
    gone = rokka.call("sourceimages.alias.get", rokka.org, "logo")
    assert gone.thrown and gone.status == 404
    assert rokka.must("sourceimages.alias.invalidateCache", rokka.org, "logo").status == 200, "a deleted name too"


def test_the_quota_as_the_package_sees_it(rokka):
    item = upload(rokka)
    rokka.must("sourceimages.alias.create", rokka.org, "logo", {"hash": item["hash"]})
    for _ in range(10):
        rokka.must("sourceimages.alias.invalidateCache", rokka.org, "logo")
    refused = rokka.call("sourceimages.alias.invalidateCache", rokka.org, "logo")
    assert refused.thrown and refused.status == 429
    assert refused.error["status"] == "too many requests"


# Render URLs


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


def test_options_of_an_organization(rokka):
    rokka.must("organizations.setOptions", rokka.org,
               {"protect_dynamic_stack": True, "remote_basepath": "https://example.com"})
    rokka.must("organizations.setOption", rokka.org, "protect_dynamic_stack", False)
    rokka.must("organizations.setOption", rokka.org, "remote_basepath", "https://images.example/")
    options = rokka.must("organizations.get", rokka.org).body["options"]
    assert options == {"protect_dynamic_stack": False, "remote_basepath": "https://images.example/"}


# Errors as the package sees them


def test_the_keys_of_the_user(rokka, server):
    user = rokka.must("user.get").body
    assert rokka.must("user.getId").result == user["user_id"]
    added = rokka.must("user.addApiKey", "some comment").body
    assert added["comment"] == "some comment" and added["api_key"]
    assert [key["id"] for key in rokka.must("user.listApiKeys").body] == [user["api_keys"][0]["id"], added["id"]]
    assert rokka.must("user.getCurrentApiKey").body["id"] == user["api_keys"][0]["id"]
    assert server.anonymous(rokka.org).with_key(added["api_key"]).images().status_code == 200
    rokka.must("user.deleteApiKey", added["id"])
    assert server.anonymous(rokka.org).with_key(added["api_key"]).images().status_code == 403


def test_the_members_of_an_organization(rokka, connect, server):
    made = rokka.must("memberships.createWithNewUser", rokka.org, ["read"], "New user for something").body
    assert made["roles"] == ["read"] and made["comment"] == "New user for something"
    assert [item["user_id"] for item in rokka.must("memberships.list", rokka.org).body["items"]][1:] == [made["user_id"]]
    assert rokka.must("memberships.create", rokka.org, made["user_id"], "write").body["roles"] == ["write"]
    assert rokka.must("memberships.get", rokka.org, made["user_id"]).body["roles"] == ["write"]
    assert rokka.must("memberships.delete", rokka.org, made["user_id"]).status == 204
    assert rokka.call("memberships.delete", rokka.org, rokka.must("user.getId").result).status == 409


def test_a_token_takes_the_keys_place(connect, new_org):
    client = connect(new_org, keepsToken=True)
    got = client.must("user.getNewToken", new_org.key, {"expires_in": 7200, "renewable": True})
    assert client.must("user.getToken").result == got.body["token"]
    assert 7100 < client.must("user.getTokenIsValidFor").result <= 7200
    assert client.must("user.isTokenExpiring").result is False
    bearer = connect(new_org, apiKey="0" * 64, keepsToken=True)
    bearer.must("user.setToken", got.body["token"])
    assert bearer.must("sourceimages.list", new_org.organization).body["total"] == 0
    renewed = bearer.must("user.getNewToken", None, {"expires_in": 3700})
    assert renewed.body["payload"]["expt"] == 3700
    assert bearer.must("sourceimages.list", new_org.organization).body["total"] == 0


def test_a_token_that_is_over(connect, new_org):
    client = connect(new_org, apiKey=None, keepsToken=True)
    client.must("user.setToken", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTl9.c2lnbmF0dXJl")
    answer = client.call("sourceimages.list", new_org.organization)
    assert answer.thrown and answer.status == 401
    assert not client.must("user.getToken").result, "the package forgets a token that is not valid"


def test_a_wrong_key(connect, new_org):
    client = connect(new_org.with_key("0" * 64))
    answer = client.call("sourceimages.list", new_org.organization)
    assert answer.thrown and answer.status == 403
    assert answer.error["error"]["message"] and answer.error["invalid_authentication"] is True


def test_not_an_image(rokka):
    answer = rokka.call("sourceimages.create", rokka.org, "a.png", buffer(b"no picture"))
    assert answer.thrown and answer.status == 422
    assert answer.error["error"]["code"] == 422
