"""URLs of the organization's own renders in the place of remote images: looked up, never fetched."""

import json
from urllib.parse import quote

import pytest

from harness import pictures, pixels
from harness.errors import assert_error
from harness.server import Rucola
from harness.site import ALLOW_LOOPBACK

CROP = "crop-width-60-height-40-anchor-left_top"


@pytest.fixture(scope="module")
def server():
    with Rucola(ALLOW_LOOPBACK) as running:
        yield running


@pytest.fixture
def org(server):
    return server.organization()


@pytest.fixture
def scene(org):
    return org.add(pictures.png(200, 150, seed=11))["hash"]


def host(org) -> str:
    return f"https://{org.organization}.localhost"


def shown(org, path, **headers):
    answer = org.render(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def assert_same(one, other):
    assert one.size == other.size
    pixels.assert_alike(one, other, 0)


def test_a_url_of_ours_is_what_it_shows(org, scene):
    inner = f"/dynamic/{CROP}/{scene}.png"
    assert_same(shown(org, f"/dynamic/noop/-{host(org)}{inner}-.png"), shown(org, inner))
    cut = shown(org, f"/dynamic/crop-width-20-height-10-anchor-5_6/-{host(org)}{inner}-/slug.png")
    assert_same(cut, shown(org, inner).crop((5, 6, 25, 16)))
    # No image came into being.
    assert [item["hash"] for item in org.images().json()["items"]] == [scene]


def test_nothing_has_to_allow_it_and_every_spelling_counts(org, scene):
    wanted = shown(org, f"/dynamic/{CROP}/{scene}.png")
    for start in (host(org), f"http://{org.organization}.localhost:8080", f"https:/{org.organization}.localhost",
                  f"http://localhost/render/{org.organization}", f"http://api.localhost/render/{org.organization}",
                  f"http://127.0.0.1:1/render/{org.organization}"):
        assert_same(shown(org, f"/dynamic/{CROP}/-{start}/dynamic/noop/{scene}/a-slug.png-.png"), wanted)


def test_by_the_base_path(org, scene):
    answer = org.request("PUT", f"/organizations/{org.organization}/options", json={"remote_basepath": f"{host(org)}/dynamic/"})
    assert answer.status_code in (200, 204)
    assert_same(shown(org, f"/dynamic/noop/-{CROP}/{scene}.png-.png"), shown(org, f"/dynamic/{CROP}/{scene}.png"))


def test_stacks_variables_ratios_and_aliases_of_the_inner_url(org, scene):
    org.put_stack("wide", {"operations": [{"name": "resize", "expressions": {"width": "$w"}}], "variables": {"w": 30}})
    org.point("logo", scene)
    for inner, width in (("/wide/v-w-50/-_logo_-.png", 50), ("/wide/o-dpr-2/-_logo_-/slug.png", 60),
                         ("/wide/-_logo_-.png" + quote('?v={"w":70}'), 70)):
        assert shown(org, f"/dynamic/noop/-{host(org)}{inner}-.png").width == width, inner
    # Those of the URL around it are its own.
    assert shown(org, f"/dynamic/v-w-90/-{host(org)}/wide/-_logo_-.png-.png").width == 30


def test_an_alias_within_is_followed_and_purged_with_the_render(org, scene):
    org.point("banner", scene)
    path = f"/dynamic/noop/-{host(org)}/dynamic/{CROP}/-_banner_-.png-.png"
    first = org.render(path)
    assert "immutable" not in first.headers["Cache-Control"]
    other = org.add(pictures.png(200, 150, seed=12))["hash"]
    org.point("banner", other)
    assert_same(shown(org, path), shown(org, f"/dynamic/{CROP}/{other}.png"))


def test_transparency_is_what_the_inner_format_has(org):
    clear = org.add(pictures.transparent_png())["hash"]
    flat = shown(org, f"/dynamic/noop/-{host(org)}/dynamic/o-jpg.transparency.color-00FF00/{clear}.jpg-.png")
    assert flat.mode == "RGB"
    kept = shown(org, f"/dynamic/noop/-{host(org)}/dynamic/noop/{clear}.png-.png")
    assert_same(kept, shown(org, f"/dynamic/noop/{clear}.png"))
    white = shown(org, f"/dynamic/noop--o-transparency.color-00FF00/{clear}.png").convert("RGB")
    pixels.assert_alike(flat, white, 0.5)


def test_urls_within_urls_end(org, scene):
    path = f"/dynamic/noop/{scene}.png"
    for _ in range(3):
        path = f"/dynamic/noop/-{host(org)}{path}-.png"
        assert shown(org, path).size == (200, 150)
    assert_error(org.render(f"/dynamic/noop/-{host(org)}{path}-.png"), 400)


def test_what_is_protected_stays_so(org, scene):
    org.stack("closed", {"name": "resize", "options": {"width": 20}}, protected=True)
    secret = org.upload(("s.png", pictures.png(40, 30, seed=13)), fields={"options[0]": json.dumps({"protected": True})})
    hash_ = secret.json()["items"][0]["hash"]
    for inner in (f"/closed/{scene}.png", f"/dynamic/noop/{hash_}.png"):
        outer = f"/dynamic/noop/-{host(org)}{inner}-.png"
        assert_error(org.render(outer), 403)
        asked = {"url": f"http://{org.organization}.localhost{outer}"}
        signed = org.request("POST", f"/utils/{org.organization}/sign_url", json=asked).json()["signed_url"]
        assert org.render_on_host(signed.partition(".localhost")[2]).status_code == 200


def test_what_is_not_there_or_no_picture(org, scene):
    assert_error(org.render(f"/dynamic/noop/-{host(org)}/dynamic/noop/ffffffff.png-.png"), 404)
    assert_error(org.render(f"/dynamic/noop/-{host(org)}/nothing/{scene}.png-.png"), 404)
    for inner in (f"/dynamic/noop/{scene}.blur", f"/_iiif/{scene}/full/max/0/default.jpg", f"/dynamic/noop/{scene}.exe"):
        assert_error(org.render(f"/dynamic/noop/-{host(org)}{inner}-.png"), 400)
    # Another organization's are those of another server.
    assert_error(org.render(f"/dynamic/noop/-https://other.localhost/dynamic/noop/{scene}.png-.png"), 403)
