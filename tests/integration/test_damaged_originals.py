"""What a disk, a crash or a hand does to the originals: the server's fault, said as such, and healed by an upload."""

import hashlib

import pytest

from harness import pictures
from harness.waiting import wait_until


def blob_of(server, data):
    name = hashlib.sha256(data).hexdigest()
    return server.data / "blobs" / name[:2] / name


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("damage, said", [(truncate, "bytes instead of"), (lambda path: path.unlink(), "is lost")],
                         ids=["truncated", "lost"])
def test_a_damaged_original_is_the_server_s_fault(own_server, damage, said):
    """A truncated one was downloaded as 200 under its strong ETag, a lost one rendered as a 404 that caches kept."""
    org = own_server.organization()
    data = pictures.photo(64, 48)
    item = org.add(data)
    original = org.stack("original", source_file=True)
    damage(blob_of(own_server, data))
    for answer in (org.image(item["hash"], "/download"), org.render(f"/dynamic/resize-width-8/{item['hash']}.jpg"),
                   org.render(f"/{original}/{item['hash']}.jpg")):
        assert answer.status_code == 500, answer.url
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    wait_until(lambda: own_server.log().count(said) >= 3, "the log")

    assert org.add(data)["hash"] == item["hash"]
    assert org.image(item["hash"], "/download").content == data
    assert org.render(f"/dynamic/resize-width-8/{item['hash']}.jpg").status_code == 200


def test_the_same_file_again_heals_an_original_of_the_same_size(own_server):
    """Its size was all that an upload looked at."""
    org = own_server.organization()
    data = pictures.photo(64, 48)
    item = org.add(data)
    path = blob_of(own_server, data)
    path.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    assert own_server.command("doctor", "--deep").returncode != 0
    org.add(data)
    assert org.image(item["hash"], "/download").content == data
    assert own_server.command("doctor", "--deep").returncode == 0


def test_of_several_files_all_are_stored_or_none(own_server):
    """The first stayed where the second could not be stored."""
    org = own_server.organization()
    first, second = pictures.photo(64, 48, seed=1), pictures.photo(64, 48, seed=2)
    folder = blob_of(own_server, second).parent
    assert folder != blob_of(own_server, first).parent
    folder.write_bytes(b"in the way")
    assert org.upload(first, second).status_code == 500
    assert org.images().json()["total"] == 0
    folder.unlink()
    answer = org.upload(first, second)
    assert answer.status_code == 201
    assert [item["binary_hash"] for item in answer.json()["items"]] == [
        hashlib.sha1(data).hexdigest() for data in (first, second)]
