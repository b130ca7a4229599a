"""Images of other servers in render URLs: fetched once, then ours; and what is never fetched."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from harness import pictures, pixels
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK, Site

RESIZE = {"name": "resize", "options": {"width": 40}}


@pytest.fixture(scope="module")
def site():
    other = Site()
    for name in ("/a.jpg", "/2017/06/Relax on top.jpg", "/uploads/b.png"):
        other.answers[quote(name)] = (200, {}, pictures.photo(80, 60, seed=len(name)))
    other.answers["/moved.jpg"] = (302, {"Location": "/a.jpg"}, b"")
    other.answers["/page.html"] = (200, {}, b"<html>")
    yield other
    other.close()


@pytest.fixture(scope="module")
def server():
    with Rucola(ALLOW_LOOPBACK) as running:
        yield running


@pytest.fixture
def org(server):
    return server.organization()


def set_options(org, **options):
    answer = org.request("PUT", f"/organizations/{org.organization}/options", json=options)
    assert answer.status_code in (200, 204), answer.text


def width(answer) -> int:
    assert answer.status_code == 200, answer.text
    return pixels.size_of(answer.content)[0]


def message(answer, code) -> str:
    assert answer.status_code == code, answer.text
    return answer.json()["error"]["message"]


def test_an_image_of_a_full_url_is_fetched_once(org, site):
    set_options(org, remote_fullurl_allow=True)
    site.asked.clear()
    first = org.render(f"/dynamic/resize-width-40/-{site.url}/a.jpg-.jpg")
    again = org.render(f"/dynamic/resize-width-40/-{site.url}/a.jpg-/with-a-slug.jpg")
    other = org.render(f"/dynamic/resize-width-20/-{site.url}/a.jpg-.png")
    assert width(first) == 40 and first.content == again.content and width(other) == 20
    assert site.asked == ["/a.jpg"]
    # It is a source image now.
    items = org.images().json()["items"]
    assert [item["name"] for item in items] == ["a.jpg"]
    assert org.render(f"/dynamic/resize-width-40/{items[0]['hash']}.jpg").content == first.content
    # A proxy may have made one slash of two.
    assert width(org.render(f"/dynamic/resize-width-40/-{site.url.replace('//', '/')}/a.jpg-.jpg")) == 40


def test_an_image_under_the_base_path(org, site):
    set_options(org, remote_basepath=site.url + "/2017")
    site.asked.clear()
    for _ in range(2):
        assert width(org.render("/dynamic/resize-width-40/-06/Relax%20on%20top.jpg-/seo.jpg")) == 40
    assert site.asked == ["/2017/06/Relax%20on%20top.jpg"]
    assert message(org.render(f"/dynamic/noop/-{site.url}/a.jpg-.jpg"), 403).count("remote_fullurl_allow") == 1


def test_a_stack_has_options_of_its_own(org, site):
    org.stack("here", RESIZE, remote_basepath=site.url + "/uploads/")
    assert width(org.render("/here/-b.png-.png")) == 40
    assert "remote_basepath" in message(org.render("/dynamic/resize-width-40/-c.png-.png"), 403)
    org.stack("anywhere", RESIZE, remote_fullurl_allow=True)
    assert width(org.render(f"/anywhere/-{site.url}/a.jpg-.png")) == 40
    set_options(org, remote_fullurl_allow=True)
    org.stack("nowhere", RESIZE, remote_fullurl_allow=False)
    assert message(org.render(f"/nowhere/-{site.url}/a.jpg-.png"), 403)
    # Not a matter of the URL.
    answer = org.render(f"/here/o-remote_fullurl_allow-true/-{site.url}/a.jpg-.png")
    assert "only be set in a stored stack" in message(answer, 400)


@pytest.mark.parametrize("whitelist, allowed", [
    ([r"^127\.0\.0\.1$"], True), (["0.1$", "example"], True), ([], True), ([r"\.example\.org$"], False),
])
def test_the_whitelist_is_about_hosts(org, site, whitelist, allowed):
    set_options(org, remote_fullurl_allow=True, remote_fullurl_whitelist=whitelist)
    # Only the host counts, whatever else of the URL looks like one that is allowed.
    answer = org.render(f"/dynamic/resize-width-40/-{site.url}/a.jpg%3Fx.example.org-.jpg")
    if allowed:
        assert answer.status_code == 422, answer.text  # asked for, and not there
    else:
        assert "127.0.0.1" in message(answer, 403)
    answer = org.render(f"/dynamic/resize-width-40/-{site.url}/a.jpg-.jpg")
    assert answer.status_code == (200 if allowed else 403)


def test_redirects_keep_to_the_whitelist(org, site):
    elsewhere = site.url.replace("127.0.0.1", "localhost")
    site.answers["/off-the-list.jpg"] = (302, {"Location": f"{elsewhere}/a.jpg"}, b"")
    set_options(org, remote_fullurl_allow=True, remote_fullurl_whitelist=[r"^127\.0\.0\.1$"])
    site.asked.clear()
    assert "redirects to a server" in message(org.render(f"/dynamic/resize-width-40/-{site.url}/off-the-list.jpg-.jpg"), 400)
    assert site.asked == ["/off-the-list.jpg"]
    assert width(org.render(f"/dynamic/resize-width-40/-{site.url}/moved.jpg-.jpg")) == 40
    set_options(org, remote_fullurl_whitelist=[r"^127\.0\.0\.1$", "^localhost$"])
    assert width(org.render(f"/dynamic/resize-width-40/-{site.url}/off-the-list.jpg-.jpg")) == 40


def test_malformed_options_are_refused(org):
    for options in ({"remote_fullurl_whitelist": ["("]}, {"remote_fullurl_whitelist": "x"},
                    {"remote_basepath": "ftp://example.org/"}, {"remote_basepath": 7}, {"remote_fullurl_allow": "yes"}):
        answer = org.put_stack("odd", {"operations": [], "options": options})
        assert answer.status_code == 400 and next(iter(options)) in answer.text, answer.text


def test_nothing_is_fetched_that_is_not_allowed(org, site):
    site.asked.clear()
    for path in (f"-{site.url}/a.jpg-.jpg", "-2017/06/a.jpg-.jpg"):
        assert "docs/remote-images.md" in message(org.render(f"/dynamic/resize-width-40/{path}"), 403)
    set_options(org, remote_basepath=site.url + "/uploads/")
    for path in ("-../a.jpg-.jpg", "-x/%2e%2e/%2e%2e/a.jpg-.jpg", "-b.png%3Fx-.jpg", "-b%5C..%5Ca.jpg-.jpg"):
        assert org.render(f"/dynamic/resize-width-40/{path}").status_code in (400, 404), path
    for path in ("-..;/a.jpg-.jpg", "-..%3Bx=1/a.jpg-.jpg", "-%252e%252e;/a.jpg-.jpg", "-x/..;/..;/a.jpg-.jpg",
                 "-.;/b.png-.jpg", "-..%255ca.jpg-.jpg", "-%25c0%25ae%25c0%25ae/a.jpg-.jpg", "-%2525252e./a.jpg-.jpg"):
        assert "however it is encoded" in message(org.render(f"/dynamic/resize-width-40/{path}"), 400), path
    assert site.asked == []
    set_options(org, remote_fullurl_allow=True)
    with_a_password = site.url.replace("http://", "http://u:p@") + "/a.jpg"
    for url in ("ftp://127.0.0.1/a.jpg", "file:///etc/passwd", with_a_password, "gopher://127.0.0.1/"):
        assert org.render(f"/dynamic/resize-width-40/-{url}-.jpg").status_code in (400, 404, 422), url
    # What is no URL that may be fetched is a path below the base.
    assert [path for path in site.asked if not path.startswith("/uploads/")] == []


def test_a_name_cannot_lengthen_the_base_paths_host(org, site):
    set_options(org, remote_basepath="http://127.0.0.1")
    answer = org.render("/dynamic/resize-width-40/-.evil.example/a.jpg-.jpg")
    assert answer.status_code == 422 and "evil.example/" not in answer.text.split("127.0.0.1")[0]


def test_what_is_no_image_or_not_there(org, site):
    set_options(org, remote_fullurl_allow=True)
    for name in ("page.html", "missing.jpg"):
        answer = org.render(f"/dynamic/resize-width-40/-{site.url}/{name}-.jpg")
        assert answer.status_code == 422, answer.text
        assert answer.headers["Cache-Control"] == "public, max-age=10"
    assert width(org.render(f"/dynamic/resize-width-40/-{site.url}/moved.jpg-.jpg")) == 40


def test_many_who_want_it_at_once_make_one_fetch(org, site):
    set_options(org, remote_fullurl_allow=True)
    site.answers["/many.jpg"] = (200, {}, pictures.photo(300, 200, seed=77))
    site.asked.clear()
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda _: org.render(f"/dynamic/noop/-{site.url}/many.jpg-.jpg"), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert site.asked == ["/many.jpg"]


def test_a_deleted_image_is_not_fetched_again(org, site):
    set_options(org, remote_fullurl_allow=True)
    path = f"/dynamic/resize-width-41/-{site.url}/a.jpg-.jpg"
    assert width(org.render(path)) == 41
    hash_ = org.images().json()["items"][0]["hash"]
    assert org.image(hash_, method="DELETE").status_code == 204
    site.asked.clear()
    answer = org.render(path)
    assert answer.status_code == 404
    assert "was deleted" in answer.text
    assert hash_ not in answer.text, "who asked for the URL was never told it"
    assert site.asked == []


def test_what_was_taken_down_is_not_fetched_back_by_another_url(org, site):
    set_options(org, remote_fullurl_allow=True)
    bytes_ = pictures.photo(70, 50, seed=4711)
    hash_ = org.add(bytes_)["hash"]
    shielded = org.upload(("a.jpg", pictures.photo(70, 50, seed=4712)),
                          fields={"options[0]": '{"protected":true}'}).json()["items"][0]["hash"]
    for image in (hash_, shielded):
        assert org.image(image, method="DELETE").status_code == 204
    site.answers["/mirror.jpg"] = site.answers["/mirror-2.jpg"] = (200, {}, bytes_)
    site.answers["/shielded.jpg"] = (200, {}, pictures.photo(70, 50, seed=4712))
    site.asked.clear()
    for name in ("mirror", "mirror-2", "shielded", "mirror"):
        assert org.render(f"/dynamic/resize-width-41/-{site.url}/{name}.jpg-.jpg").status_code == 404, name
    assert site.asked == ["/mirror.jpg", "/mirror-2.jpg", "/shielded.jpg"]
    assert org.images().json()["total"] == 0
    assert org.render(f"/dynamic/resize-width-41/{hash_}.jpg").status_code == 404
    # Its owner may, and what the URL led to is there again.
    assert org.add(bytes_)["hash"] == hash_
    assert width(org.render(f"/dynamic/resize-width-41/-{site.url}/mirror.jpg-.jpg")) == 41


def test_what_only_the_server_can_reach_is_out_of_reach(site):
    with Rucola() as guarded:
        org = guarded.organization()
        set_options(org, remote_fullurl_allow=True)
        site.asked.clear()
        answer = org.render(f"/dynamic/resize-width-40/-{site.url}/a.jpg-.jpg")
        assert "remote_fetch.allow_networks" in message(answer, 422)
        assert site.asked == []


def test_which_names_the_network_has_is_not_told(site):
    """400 for a refused address and 422 for an unknown name told it."""
    with Rucola() as guarded:
        org = guarded.organization()
        set_options(org, remote_fullurl_allow=True)
        told = []
        for host in ("localhost", "127.0.0.1:1", "10.0.0.1", "[::1]", "no-such-host.invalid"):
            answer = org.render(f"/dynamic/resize-width-40/-http://{host}/a.jpg-.jpg")
            ours = {name: value for name, value in answer.headers.items()
                    if name.lower() not in ("date", "x-request-id", "surrogate-key", "cache-tag")}
            told.append((answer.status_code, answer.text, ours))
        assert all(one == told[0] for one in told), told
        assert told[0][0] == 422
        by_upload = [org.upload(fields={"url[0]": f"http://{host}/a.jpg"})
                     for host in ("localhost", "10.0.0.1", "no-such-host.invalid")]
        assert {(answer.status_code, answer.text) for answer in by_upload} == {(422, told[0][1])}
        log = guarded.log()
        assert "loopback" in log and "10.0.0.1 is private" in log and "no-such-host.invalid" in log


def test_a_protected_stack_fetches_nothing_for_strangers(org, site):
    org.put_stack("closed", {"operations": [RESIZE], "options": {"protected": True, "remote_fullurl_allow": True}})
    site.asked.clear()
    assert org.render(f"/closed/-{site.url}/a.jpg-.jpg").status_code == 403
    assert site.asked == []
