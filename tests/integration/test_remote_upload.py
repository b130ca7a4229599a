"""Uploads by URL: the server fetches, and never what only it can reach."""

import pytest

from harness import pictures
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def open_org():
    with Rucola(ALLOW_LOOPBACK) as server:
        yield server.organization()


def fetch(org, url):
    return org.upload(fields={"url[0]": url})


@pytest.mark.parametrize("address", [
    "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
    "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fc00::1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
])
def test_addresses_that_only_the_server_reaches_are_refused(org, site, address):
    site.answers["/a.jpg"] = (200, {}, pictures.photo(16, 12))
    port = site.url.rsplit(":", 1)[1]
    answer = fetch(org, f"http://{address}:{port}/a.jpg")
    assert answer.status_code == 422 and "does not fetch from" in answer.text, answer.text
    assert site.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/a.jpg", "gopher://127.0.0.1/", "a.jpg", "",
                                 "http://user:password@127.0.0.1/a.jpg", "dict://127.0.0.1:11211/stat"])
def test_only_plain_web_addresses_are_fetched(open_org, url):
    assert fetch(open_org, url).status_code == 400


def test_a_network_can_be_allowed(open_org, site):
    data = pictures.photo(16, 12, seed=300)
    site.answers["/pictures/a%20b.jpg"] = (200, {"Content-Type": "text/plain"}, data)
    answer = fetch(open_org, f"{site.url}/pictures/a%20b.jpg")
    assert answer.status_code == 201, answer.text
    item = answer.json()["items"][0]
    assert (item["format"], item["name"]) == ("jpg", "a b.jpg")
    assert open_org.image(item["hash"], "/download").content == data


def test_urls_and_files_are_numbered_together(open_org, site):
    """The order of the parts counted: url[1], sent first, was published, and the file protected."""
    site.answers["/secret.jpg"] = (200, {}, pictures.photo(16, 12, seed=310))
    data = pictures.photo(16, 12, seed=311)
    files = [("url[2]", (None, f"{site.url}/secret.jpg")), ("url[1]", (None, f"{site.url}/secret.jpg")),
             ("filedata", ("open.jpg", data)), ("options[1]", (None, '{"protected":true}')),
             ("meta_user[2]", (None, '{"n":2}'))]
    answer = open_org.request("POST", f"/sourceimages/{open_org.organization}", files=files)
    assert answer.status_code == 201, answer.text
    assert [(item["name"], item["protected"], item["user_metadata"]) for item in answer.json()["items"]] == [
        ("open.jpg", False, {}), ("secret.jpg", True, {}), ("secret.jpg", False, {"n": "2"})]


def test_redirects_are_followed_and_each_is_guarded(open_org, site):
    data = pictures.photo(16, 12, seed=301)
    site.answers["/start"] = (302, {"Location": "/end.jpg"}, b"")
    site.answers["/end.jpg"] = (200, {}, data)
    assert fetch(open_org, f"{site.url}/start").status_code == 201
    site.answers["/inside"] = (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")
    assert fetch(open_org, f"{site.url}/inside").status_code == 422
    site.answers["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    assert fetch(open_org, f"{site.url}/file").status_code in (400, 422)


def test_redirects_without_end_are_given_up(open_org, site):
    site.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    assert fetch(open_org, f"{site.url}/loop").status_code == 422
    assert len(site.asked) < 20


@pytest.mark.parametrize("status", [404, 500, 204])
def test_what_the_other_side_refuses_is_told(open_org, site, status):
    site.answers["/a.jpg"] = (status, {}, b"")
    answer = fetch(open_org, f"{site.url}/a.jpg")
    assert answer.status_code == 422
    assert open_org.organization not in answer.json()["message"]


def test_what_is_fetched_must_be_an_image(open_org, site):
    site.answers["/a.jpg"] = (200, {"Content-Type": "image/jpeg"}, b"<html>not a picture</html>")
    assert fetch(open_org, f"{site.url}/a.jpg").status_code == 422


def test_a_remote_file_over_the_limit_is_refused(start_server, site):
    org = start_server(ALLOW_LOOPBACK + "max_bytes = 100000\n").organization()
    site.answers["/big.jpg"] = (200, {}, bytes(200_000))
    assert fetch(org, f"{site.url}/big.jpg").status_code == 413
    assert org.images().json()["total"] == 0
