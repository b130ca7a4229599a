"""The server below a path of somebody else's host: https://example.org/img/….

Two ways lead there: a proxy that passes paths on as they are, with `server.path_prefix`; and one that takes the prefix
off and says so in a header that it overwrites."""

import hashlib
from urllib.parse import urljoin

import pytest

from harness import pictures
from harness.server import Rucola, run_command

SETTING = '[server]\npath_prefix = "/img"\n'
HEADER = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\nforwarded_prefix_header = "X-Forwarded-Prefix"\n'
UNNAMED = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\n'
TRUSTING_NOBODY = '[server]\nforwarded_prefix_header = "X-Forwarded-Prefix"\n'


class Mount:
    """What a client sees of a server that is mounted under /img."""

    def __init__(self, server: Rucola, strips: bool):
        self.server = server
        self.strips = strips
        self.org = server.organization("acme")
        self.image = self.org.add(pictures.photo(32, 24))["hash"]

    def ask(self, method: str, path: str, host: str | None = None, key: bool = False, headers: dict | None = None,
            **options):
        """`path` as the client has it; the proxy in between is played here."""
        assert path == "/img" or path.startswith("/img/"), path
        sent = dict(headers or {})
        if host:
            sent["Host"] = host
        if self.strips:
            path = path.removeprefix("/img") or "/"
            sent["X-Forwarded-Prefix"] = "/img"
        client = self.org if key else self.org.with_key(None)
        return client.request(method, path, headers=sent, **options)

    def get(self, path: str, **options):
        return self.ask("GET", path, **options)


@pytest.fixture(scope="module", params=["passes on", "takes off"])
def mount(request):
    with Rucola(HEADER if request.param == "takes off" else SETTING) as server:
        yield Mount(server, strips=request.param == "takes off")


def test_renders_and_the_api_are_below_the_prefix(mount):
    assert mount.get(f"/img/render/acme/dynamic/noop/{mount.image}.png").status_code == 200
    assert mount.get(f"/img/dynamic/noop/{mount.image}.png", host="acme.localhost").status_code == 200
    assert mount.get(f"/img/sourceimages/acme/{mount.image}", key=True).json()["hash"] == mount.image
    assert mount.get("/img/healthz").json()["status"] == "ok"
    for root in ("/img", "/img/"):
        assert "rucola" in mount.get(root).text


def test_location_leads_back_below_the_prefix(mount):
    uploaded = mount.ask("POST", "/img/sourceimages/acme", key=True,
                         files={"filedata": ("a.jpg", pictures.photo(40, 30, seed=3))})
    hash_ = uploaded.json()["items"][0]["hash"]
    assert uploaded.headers["Location"] == f"/img/sourceimages/acme/{hash_}"
    assert mount.get(uploaded.headers["Location"], key=True).json()["hash"] == hash_
    protected = mount.ask("PUT", f"/img/sourceimages/acme/{hash_}/options/protected", key=True, data="true")
    assert protected.headers["Location"] == f"/img/sourceimages/acme/{protected.json()['hash']}"


def test_the_reference_s_link_is_a_path_within_the_api(mount):
    """Clients put it behind the address that they have of the API, which has the prefix already."""
    shown = mount.get(f"/img/sourceimages/acme/{mount.image}", key=True).json()
    assert shown["link"] == f"/sourceimages/acme/{mount.image}"


def test_the_next_page_of_a_list_is_found_by_who_resolves_its_href(mount):
    mount.org.add(pictures.photo(33, 24))
    asked = "/img/sourceimages/acme?limit=1&offset=0"
    first = mount.get(asked, key=True).json()
    href = first["links"]["next"]["href"]
    assert href == "/img/sourceimages/acme?limit=1&offset=1"
    second = mount.get(urljoin(asked, href), key=True).json()
    assert second["items"][0]["hash"] != first["items"][0]["hash"]
    assert second["links"]["prev"]["href"] == "/img/sourceimages/acme?limit=1&offset=0"


@pytest.mark.parametrize("base, host", [("/img/_iiif/3", "acme.localhost"), ("/img/render/acme/_iiif/3", None)])
def test_iiif_names_itself_below_the_prefix(mount, base, host):
    image = f"{base}/{mount.image}"
    redirect = mount.get(image, host=host)
    assert (redirect.status_code, redirect.headers["Location"]) == (303, f"{image}/info.json")
    name = host or f"127.0.0.1:{mount.server.port}"
    assert mount.get(f"{image}/info.json", host=host).json()["id"] == f"http://{name}{image}"
    picture = mount.get(f"{image}/full/max/0/default.jpg", host=host)
    assert f'<{image}/full/max/0/default.jpg>;rel="canonical"' in picture.headers["Link"]


def test_pages_for_people_link_below_the_prefix(mount):
    page = mount.get("/img/").text
    for path in ("/operations", "/doc", "/healthz"):
        assert f'href="/img{path}"' in page and f'href="{path}"' not in page
    assert mount.get("/img/doc").json()["servers"] == [{"url": "/img"}]


def test_an_unknown_path_is_named_as_the_client_wrote_it(mount):
    assert "/img/nothing" in mount.get("/img/nothing").json()["message"]


def protected_image(mount) -> str:
    upload = mount.org.upload(pictures.photo(36, 24, seed=9), fields={"options[0]": '{"protected":true}'})
    return upload.json()["items"][0]["hash"]


def sign(path: str, key: str) -> str:
    return f"{path}?sig=" + hashlib.sha256(f"{path}:{key}".encode()).hexdigest()[:16]


def test_a_signature_is_over_the_path_that_the_client_has(mount):
    """rokka's clients sign the whole path of the URL, and know nothing of a prefix."""
    hash_ = protected_image(mount)
    key = mount.get("/img/organizations/acme", key=True).json()["signing_keys"][0]["key"]
    path = f"/img/render/acme/dynamic/noop/{hash_}.png"
    assert mount.get(path).status_code == 403
    assert mount.get(sign(path, key)).status_code == 200
    assert mount.get(sign(path, key + "x")).status_code == 403
    # … and where the proxy rewrote the URL before it was signed:
    inner = sign(path.removeprefix("/img"), key)
    assert mount.get("/img" + inner).status_code == 200


def test_the_server_signs_urls_below_the_prefix(mount):
    hash_ = protected_image(mount)
    url = f"http://127.0.0.1/img/render/acme/dynamic/noop/{hash_}.png"
    answer = mount.ask("POST", "/img/utils/acme/sign_url", key=True, json={"url": url})
    assert answer.status_code == 200, answer.text
    signed = answer.json()["signed_url"]
    assert mount.get(signed.removeprefix("http://127.0.0.1")).status_code == 200
    other = mount.ask("POST", "/img/utils/acme/sign_url", key=True, json={"url": url.replace("/acme/", "/other/")})
    assert other.status_code == 400, "another organization's renders are still told apart"


@pytest.mark.parametrize("prefix", ["/render", "/render/acme", "/sourceimages/", "/stacks", "/healthz", "/doc", "/dynamic",
                                    "/_iiif"])
def test_a_prefix_that_hides_the_server_s_own_paths_stops_the_start_up(tmp_path, prefix):
    """Behind a proxy that takes the prefix off, /render/acme/… lost it twice, and was not found."""
    path = tmp_path / "rucola.toml"
    path.write_text(f'[server]\npath_prefix = "{prefix}"\n')
    done = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    assert "server.path_prefix" in done.stderr and f'"{prefix}"' in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


# What a client may not do


@pytest.mark.parametrize("config", [UNNAMED, TRUSTING_NOBODY, SETTING], ids=["unnamed", "no trust", "setting"])
def test_a_client_s_own_prefix_counts_for_nothing(start_server, config):
    server = start_server(config)
    page = server.anonymous().get("/", headers={"X-Forwarded-Prefix": "/evil"}).text
    assert "/evil" not in page


@pytest.mark.parametrize("value", ["//evil.example", "https://evil.example", "/a/../../b", "/\\evil.example", "evil",
                                   "/img/%0d%0aX-Evil:1", '/"><script>', "/" + "a" * 300])
def test_a_malformed_prefix_is_as_if_it_had_not_been_sent(mount, value):
    image = f"/render/acme/_iiif/3/{mount.image}"
    headers = {"X-Forwarded-Prefix": value}
    answer = mount.org.with_key(None).get(image, headers=headers)
    assert answer.status_code == 303
    expected = image if mount.strips else "/img" + image
    assert answer.headers["Location"] == f"{expected}/info.json"
    assert "evil" not in mount.org.with_key(None).get("/", headers=headers).text


def test_answers_kept_for_one_prefix_are_not_served_under_another(start_server):
    """A render's Link names its canonical URL, and a signature is over the whole path."""
    server = start_server(HEADER)
    org = server.organization("acme")
    path = f"/render/acme/_iiif/3/{org.add(pictures.photo(32, 24))['hash']}/full/max/0/default.jpg"
    for prefix in ("/img", "/media", "/img", ""):
        headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
        for _ in range(2):
            assert f"<{prefix}{path}>" in org.with_key(None).get(path, headers=headers).headers["Link"]


def test_a_prefix_that_was_taken_off_is_not_taken_off_again(start_server):
    server = start_server(HEADER + 'path_prefix = "/img"\n')
    org = server.organization("acme")
    org.stack("img", {"name": "resize", "options": {"width": 16}})
    path = f"/img/{org.add(pictures.photo(32, 24))['hash']}.png"
    assert org.render_on_host(path, headers={"X-Forwarded-Prefix": "/img"}).status_code == 200
    assert org.render_on_host("/img" + path).status_code == 200
