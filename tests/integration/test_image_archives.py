"""GET /sourceimages/{org}/download: what a search finds, as a zip archive that is made while it is sent."""

import io
import os
import zipfile

import pytest
import requests
from PIL import Image

from harness import pictures, raw_http
from harness.catalog import by_hand
from harness.errors import assert_error
from harness.waiting import wait_until


def archive(org, **query):
    return org.get(f"/sourceimages/{org.organization}/download", params=query)


def unzipped(answer):
    """The files by name, each with the bytes that the archive's own checksum is of."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert len(set(names)) == len(names)
        return {name: opened.read(name) for name in names}


@pytest.fixture(scope="module")
def shop(server):
    """Three images, and the bytes of each by name; oldest first."""
    org = server.organization()
    org.files = {"lake.jpg": pictures.photo(40, 30, seed=1100), "Über uns.jpg": pictures.photo(41, 30, seed=1101),
                 "plan.png": pictures.png(50, 20, seed=1102)}
    for name, data in org.files.items():
        org.add(data, name)
    return org


def many_rows(server, org, count):
    """As many images of one file as it takes, which nobody would upload in a test."""
    hash_ = org.images().json()["items"][0]["hash"]
    columns = ("organization, binary_hash, blob, name, format, mimetype, bytes, width, height, frames, opaque, protected, "
               "locked, created, user_metadata, dynamic_metadata, static_metadata")
    by_hand(server, f"""WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            INSERT INTO images (hash, {columns}) SELECT printf('%040x', n), {columns} FROM images, numbers WHERE hash = ?""",
            count - 1, hash_)


def open_blobs(server):
    found = 0
    for descriptor in os.listdir(f"/proc/{server.process.pid}/fd"):
        try:
            found += "/blobs/" in os.readlink(f"/proc/{server.process.pid}/fd/{descriptor}")
        except OSError:
            continue  # closed meanwhile
    return found


# What is in it


def test_it_has_all_that_is_found_with_its_bytes(shop):
    answer = archive(shop)
    assert unzipped(answer) == shop.files
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{shop.organization}.zip"'
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in answer.headers and "Accept-Ranges" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert {one.compress_type for one in opened.infolist()} == {zipfile.ZIP_STORED}, "pictures are small already"


@pytest.mark.parametrize("query, names", [
    ({"width": 41}, ["Über uns.jpg"]), ({"format": "jpg"}, ["Über uns.jpg", "lake.jpg"]),
    ({"format": "jpg", "width": 50, "operator": "or"}, ["plan.png", "Über uns.jpg", "lake.jpg"]),
    ({"sort": "width", "limit": 2}, ["lake.jpg", "Über uns.jpg"]), ({"sort": "width", "offset": 2}, ["plan.png"]),
    ({"sort": "width", "limit": 1, "offset": 1}, ["Über uns.jpg"]), ({"width": 1}, []), ({"offset": 3}, [])])
def test_it_takes_what_the_list_takes(shop, query, names):
    assert list(unzipped(archive(shop, **query))) == names


def test_it_goes_on_by_a_cursor(shop):
    cursor = shop.images(limit=1).json()["cursor"]
    assert list(unzipped(archive(shop, offset=cursor))) == ["Über uns.jpg", "lake.jpg"]


@pytest.mark.parametrize("query, named", [
    ("heigth=1", "height"), ("facets=user:city", "facets"), ("deleted=true", "deleted"), ("limit=0", "10000"),
    ("limit=10001", "10000"), ("offset=x", "cursor"), ("sort=heigth", "height")])
def test_what_is_misspelt_is_refused(shop, query, named):
    answer = shop.get(f"/sourceimages/{shop.organization}/download?{query}")
    assert_error(answer, 400)
    assert named in answer.json()["message"]


def test_names_are_different_and_lead_nowhere(own_server):
    """Names come through the door without folders; those that came by another way, too."""
    org = own_server.organization()
    files = [pictures.photo(32, 24, seed=seed) for seed in range(4)]
    first, second, third, evil = (org.add(data, "a.jpg")["hash"] for data in files)
    org.image(third, "/name", "PUT", data='"A.JPG"')
    by_hand(own_server, "UPDATE images SET name = ? WHERE hash = ?", "../../../etc/cron.d/evil", evil)
    found = unzipped(archive(org, sort="created"))
    assert found == {"a.jpg": files[0], f"a-{second}.jpg": files[1], f"A-{third}.JPG": files[2], "evil": files[3]}
    assert first not in "".join(found)


def test_deleted_images_are_not_in_it(new_org):
    kept, gone = (new_org.add(pictures.photo(32, 24, seed=seed), f"{seed}.jpg") for seed in (1110, 1111))
    new_org.image(gone["hash"], method="DELETE")
    assert list(unzipped(archive(new_org))) == ["1110.jpg"]
    assert kept["hash"]


def test_of_nothing_it_is_empty(new_org):
    assert unzipped(archive(new_org)) == {}


@pytest.mark.time_limit(600)
def test_ten_thousand_are_the_most(own_server):
    """What is more is refused before a byte is sent: an archive of some of them would look like all."""
    org = own_server.organization()
    org.add(pictures.png(4, 4))
    many_rows(own_server, org, 10_001)
    refused = archive(org)
    assert_error(refused, 400)
    assert "10000" in refused.json()["message"]
    assert len(unzipped(archive(org, limit=10_000))) == 10_000
    assert len(unzipped(archive(org, limit=10_000, offset=9_000))) == 1_001


# Who may


@pytest.mark.parametrize("role, status", [
    ("read", 200), ("write", 200), ("admin", 200), ("sourceimages:read", 403), ("sourceimages:write", 403)])
def test_a_protected_image_takes_what_its_download_takes(server, new_org, role, status):
    """Without it the archive would be another than was asked for."""
    secret, plain = (pictures.photo(32, 24, seed=seed) for seed in (1120, 1121))
    new_org.upload(("secret.jpg", secret), fields={"options[0]": '{"protected": true}'})
    new_org.add(plain, "plain.jpg")
    member = new_org.with_key(server.create_user(new_org.organization, role)["api_key"])
    answer = archive(member)
    assert answer.status_code == status
    if status == 200:
        assert unzipped(answer) == {"secret.jpg": secret, "plain.jpg": plain}
    else:
        assert_error(answer, 403)
        assert "protected=false" in answer.json()["message"]
    assert unzipped(archive(member, protected="false")) == {"plain.jpg": plain}


# How it is sent


def test_head_has_the_headers_alone(shop):
    answer = shop.request("HEAD", f"/sourceimages/{shop.organization}/download")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "application/zip"


def test_there_are_no_parts_of_it(shop):
    answer = shop.get(f"/sourceimages/{shop.organization}/download", headers={"Range": "bytes=0-9"})
    assert unzipped(answer) == shop.files


def test_http_1_0_gets_it_to_the_end_of_the_connection(server, shop):
    """As nginx asks, where nothing else is said."""
    with raw_http.Connection(server.port) as connection:
        connection.send(f"GET /sourceimages/{shop.organization}/download HTTP/1.0\r\nHost: x\r\nApi-Key: {shop.key}\r\n\r\n".encode())
        bytes_ = b""
        while piece := connection.socket.recv(65536):
            bytes_ += piece
    head, _, body = bytes_.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    with zipfile.ZipFile(io.BytesIO(body)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == shop.files


@pytest.fixture
def large(own_server):
    return with_large_images(own_server)


def with_large_images(server):
    """An organization with sixty images of a megabyte or more: more than a system takes for a client that doesn't read."""
    org = server.organization()
    org.data = pictures.encode(pictures.noise(1250, 1000, 90), "PNG")
    assert len(org.data) > 1_000_000
    org.add(org.data, "large.png")
    many_rows(server, org, 60)
    org.server = server
    return org


def ask(org):
    connection = raw_http.Connection(org.server.port)
    connection.send(f"GET /sourceimages/{org.organization}/download HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n\r\n".encode())
    return connection


def test_a_client_that_leaves_ends_it(large):
    with ask(large) as connection:
        wait_until(lambda: open_blobs(large.server) == 1, "the archive to be in the midst of an original")
        assert connection.socket.recv(9) == b"HTTP/1.1 "
    wait_until(lambda: open_blobs(large.server) == 0, "the original to be closed")
    assert large.images().status_code == 200


def take_all_places(org):
    connections = [ask(org) for _ in range(4)]
    for connection in connections:
        assert connection.socket.recv(15) == b"HTTP/1.1 200 OK"
    return connections


def searches(server):
    return server.metrics().total("rucola_executor_wait_seconds_count", executor="search")


def test_an_organization_has_four_at_a_time(large):
    """So has an address, which all of them come from here. Who is refused has cost no search, of which there were up to
    twenty for each."""
    connections = take_all_places(large)
    before = searches(large.server)
    assert before >= 4
    refused = archive(large)
    assert_error(refused, 429)
    assert large.request("HEAD", f"/sourceimages/{large.organization}/download").status_code == 429
    assert searches(large.server) == before
    assert refused.headers["Retry-After"]
    for connection in connections:
        connection.socket.close()
    wait_until(lambda: archive(large, limit=1).status_code == 200, "a place to be free again")


def test_clients_whom_their_proxy_does_not_name_are_not_one_client(start_server):
    server = start_server('[server]\ntrusted_proxies = ["127.0.0.0/8"]\n')
    first, second = with_large_images(server), server.organization()
    second.add(pictures.png(4, 4))
    connections = take_all_places(first)
    assert_error(archive(first), 429)
    assert len(unzipped(archive(second))) == 1
    for connection in connections:
        connection.socket.close()


def test_an_original_that_is_lost_in_the_midst_breaks_it_off(large):
    """Without it the archive would be taken for the whole."""
    lost = large.add(pictures.png(30, 20, seed=1131), "lost.png")
    for blob in (large.server.data / "blobs").rglob("*"):
        if blob.is_file() and blob.stat().st_size < 100_000:
            blob.unlink()
    by_hand(large.server, "UPDATE images SET created = 1 WHERE hash = ?", lost["hash"])  # so that it comes last
    with pytest.raises(requests.RequestException):
        archive(large, sort="created desc").content  # noqa: B018
    wait_until(lambda: "is lost" in large.server.log(), "the log")
    first = archive(large, sort="created")
    assert_error(first, 500)
    assert unzipped(archive(large, limit=1)).popitem()[1] == large.data
