"""The npm package `rokka`, unchanged: source images, their metadata and their aliases."""

import hashlib
import io
import zipfile

import pytest

from harness import pictures
from harness.describing import config, example_service
from harness.site import ALLOW_LOOPBACK, Site

from rokka_client import buffer, stream, upload


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


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


def test_upload_by_url(connect, start_server, site):
    """The package sends a form without a file."""
    server = start_server(ALLOW_LOOPBACK)
    org = server.organization()
    client = connect(org, apiHost=server.url)
    data = pictures.photo(40, 30, seed=2006)
    site.answers["/there.jpg"] = (200, {}, data)
    metadata = {"meta_user": {"title": "x"}, "meta_dynamic": {"subject_area": {"x": 1, "y": 2}}}
    answer = client.must("sourceimages.createByUrl", org.organization, site.url + "/there.jpg", metadata)
    item = answer.body["items"][0]
    assert (answer.status, item["name"], item["binary_hash"]) == (201, "there.jpg", hashlib.sha1(data).hexdigest())
    assert (item["user_metadata"], item["dynamic_metadata"]) == (metadata["meta_user"], metadata["meta_dynamic"])


def test_upload_by_url_from_where_only_the_server_gets(rokka):
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


def test_download_as_text(rokka):
    """The package reads as text what is not JSON."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="6"><text y="5">Zürich</text></svg>'
    item = upload(rokka, drawing.encode(), "drawing.svg")
    answer = rokka.must("sourceimages.download", rokka.org, item["hash"])
    assert (answer.status, answer.body) == (200, drawing)
    gone = rokka.call("sourceimages.download", rokka.org, "0" * 40)
    assert gone.thrown and gone.status == 404 and gone.error["error"]["code"] == 404


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


def test_lock_an_image(rokka):
    item = upload(rokka)
    assert rokka.must("sourceimages.setLocked", rokka.org, item["hash"], True).body == {**item, "locked": True}
    refused = rokka.call("sourceimages.delete", rokka.org, item["hash"])
    assert refused.thrown and refused.status == 403
    assert rokka.must("sourceimages.setLocked", rokka.org, item["hash"], False).body == item
    assert rokka.must("sourceimages.delete", rokka.org, item["hash"]).status == 204


def test_not_an_image(rokka):
    answer = rokka.call("sourceimages.create", rokka.org, "a.png", buffer(bytes(range(256))))
    assert answer.thrown and answer.status == 422
    assert answer.error["error"]["code"] == 422


def test_download_what_a_search_finds(rokka):
    files = {f"{number}.png": pictures.png(30 + number, 40, seed=2007) for number in range(3)}
    for name, data in files.items():
        upload(rokka, data, name)
    answer = rokka.must("sourceimages.downloadList", rokka.org, {"search": {"width": "[31,100]"}, "sort": "width"})
    assert answer.status == 200
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {name: files[name] for name in ("1.png", "2.png")}


def test_rename_an_image(rokka):
    item = upload(rokka)
    assert rokka.must("sourceimages.putName", rokka.org, item["hash"], 'another "näme".png').status == 200
    assert rokka.must("sourceimages.get", rokka.org, item["hash"]).body["name"] == 'another "näme".png'


@pytest.fixture
def other_org(rokka):
    name = f"{rokka.org}-copy"
    rokka.must("organizations.create", name, "billing@example.org", "The other one")
    return name


def test_copy_an_image(rokka, other_org):
    item = upload(rokka)
    copied = rokka.must("sourceimages.copy", rokka.org, item["hash"], other_org)
    assert (copied.status, copied.headers["location"]) == (201, f"/sourceimages/{other_org}/{item['hash']}")
    assert rokka.must("sourceimages.get", other_org, item["hash"]).body["binary_hash"] == item["binary_hash"]
    assert rokka.must("sourceimages.copy", rokka.org, item["hash"], other_org).status == 204
    kept = rokka.call("sourceimages.copy", rokka.org, item["hash"], other_org, False)
    assert kept.thrown and kept.status == 412
    nowhere = rokka.call("sourceimages.copy", rokka.org, item["hash"], "no-such-organization")
    assert nowhere.thrown and nowhere.status == 400


def test_copy_many_images(rokka, other_org):
    first, second = (upload(rokka, pictures.png(30, 40 + number))["hash"] for number in range(2))
    rokka.must("sourceimages.copy", rokka.org, first, other_org)
    answer = rokka.must("sourceimages.copyAll", rokka.org, [first, second, "0" * 40], other_org, False)
    assert answer.body == {"created": [second], "existing": [first], "notfound": ["0" * 40]}
    assert rokka.must("sourceimages.list", other_org).body["total"] == 2


def test_describe_and_label_an_image(connect, start_server):
    with example_service() as url:
        server = start_server(config(url))
        org = server.organization()
        client = connect(org, apiHost=server.url)
        client.org = org.organization
        item = upload(client, pictures.photo(400, 300, seed=2008))
        described = client.must("sourceimages.autodescription", client.org, item["hash"], ["en", "de"], True).body
        assert described["descriptions"]["en"] == "A wide picture, 400 by 300 pixels."
        assert client.must("sourceimages.autolabel", client.org, item["hash"]).body["labels"] == ["landscape", "small"]
        fields = client.must("sourceimages.meta.get", client.org, item["hash"]).body
        assert fields["array:auto_labels"] == ["landscape", "small"] and "auto_description_de" in fields


def test_nobody_describes_an_image(rokka):
    hash_ = upload(rokka)["hash"]
    for answer in (rokka.call("sourceimages.autodescription", rokka.org, hash_, ["en"]),
                   rokka.call("sourceimages.autolabel", rokka.org, hash_)):
        assert answer.thrown and answer.status == 501


def test_purge_an_image(rokka):
    item = upload(rokka)
    answer = rokka.must("sourceimages.invalidateCache", rokka.org, item["hash"])
    assert (answer.status, answer.body) == (200, {"status": "ok"})
    gone = rokka.call("sourceimages.invalidateCache", rokka.org, "0" * 40)
    assert gone.thrown and gone.status == 404


def test_search(rokka):
    first = upload(rokka, pictures.png(30, 40), "a.png", {"meta_user": {"int:stars": 3, "array:labels": ["x", "y"]}})
    second = upload(rokka, pictures.png(31, 40), "b.png", {"meta_user": {"int:stars": 5, "array:labels": ["x"]}})

    def found(**params):
        return [item["hash"] for item in rokka.must("sourceimages.list", rokka.org, params).body["items"]]

    assert found(search={"user:int:stars": "[4,10]"}) == [second["hash"]]
    assert found(sort="user:int:stars desc") == found(sort=["user:int:stars desc", "created"]) == [second["hash"], first["hash"]]
    assert found(search={"height": "40"}, sort="width") == [first["hash"], second["hash"]]
    counted = rokka.must("sourceimages.list", rokka.org, {"limit": 0, "facets": "user:array:labels"}).body
    assert counted["items"] == []
    assert counted["facets"]["user:array:labels"] == [{"value": "x", "count": 2}, {"value": "y", "count": 1}]
    page = rokka.must("sourceimages.list", rokka.org, {"limit": 1})
    following = rokka.must("sourceimages.list", rokka.org, {"limit": 1, "offset": page.body["cursor"]})
    assert [page.body["items"][0]["hash"], following.body["items"][0]["hash"]] == found()
    rokka.must("sourceimages.delete", rokka.org, first["hash"])
    assert found(deleted=True) == [first["hash"]] and found() == [second["hash"]]


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
