"""The image that stands in for one that is missing or broken, and what its answers say to browsers and caches."""

import hashlib
import json

import pytest

from harness import pictures, pixels, videos
from harness.errors import assert_error
from harness.server import Rucola
from harness.signing import signed
from harness.site import ALLOW_LOOPBACK, Site

RED, GREEN, BLUE = pictures.RED, pictures.GREEN, pictures.BLUE
MISSING = "0123456789abcdef0123456789abcdef01234567"
SMALL = {"name": "resize", "options": {"width": 20}}


@pytest.fixture(scope="module")
def server():
    with Rucola(ALLOW_LOOPBACK) as running:
        yield running


@pytest.fixture
def org(server):
    """With a red image, and a blue one that stands in for others."""
    made = server.organization()
    made.red = made.add(pictures.solid(RED))["hash"]
    made.blue = made.add(pictures.solid(BLUE))["hash"]
    made.point("placeholder", made.blue)
    set_option(made, "fallback_image", "placeholder")
    return made


def set_option(org, name, value):
    answer = org.request("PUT", f"/organizations/{org.organization}/options/{name}", json=value)
    assert answer.status_code == 200, answer.text


def colour(answer):
    return pixels.open_picture(answer.content).convert("RGB").getpixel((5, 5))


def assert_stands_in(answer, status, of, wanted=BLUE):
    assert answer.status_code == status, answer.text
    assert answer.headers["X-Rucola-Fallback"] == str(of)
    assert "X-Rucola-Fallback" in answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert answer.headers["Cache-Control"] == "public, max-age=10, must-revalidate"
    assert "Last-Modified" not in answer.headers
    assert pixels.is_near(colour(answer), wanted, tolerance=8)


def tags_of(answer):
    return set(answer.headers["xkey"].split())


def test_it_shows_in_place_of_a_missing_image_and_alias(org):
    for path in (f"/dynamic/resize-width-20/{MISSING}.png", "/dynamic/resize-width-20/-_nobody_-.png",
                 "/dynamic/resize-width-20/0123456.png"):
        answer = org.render(path)
        assert_stands_in(answer, 404, of=404)
        assert pixels.size_of(answer.content)[0] == 20, "the same stack"
        assert answer.headers["Content-Type"] == "image/png"
    own = org.render(f"/dynamic/resize-width-20/{org.red}.png")
    assert own.status_code == 200 and "X-Rucola-Fallback" not in own.headers
    assert pixels.is_near(colour(own), RED, tolerance=8)


def test_without_one_an_error_is_an_error(server):
    plain = server.organization()
    assert_error(plain.render(f"/dynamic/noop/{MISSING}.png"), 404)
    set_option(plain, "fallback_image", MISSING)
    assert_error(plain.render("/dynamic/noop/-_nobody_-.png"), 404)


def test_200_where_that_is_wanted_and_conditional_then(org):
    set_option(org, "fallback_image_status", "ok")
    path = "/dynamic/resize-width-20/-_nobody_-.png"
    answer = org.render(path)
    assert_stands_in(answer, 200, of=404)
    again = org.render(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.headers["Cache-Control"].startswith("public, max-age=10")
    assert_stands_in(org.render("/dynamic/resize-width-20--o-fallback_image_status-error/-_nobody_-.png"), 404, of=404)


def test_the_stacks_own_wins(org):
    green = org.add(pictures.solid(GREEN))["hash"]
    org.stack("thumb", SMALL, fallback_image=green, fallback_image_status="ok")
    assert_stands_in(org.render("/thumb/-_nobody_-.png"), 200, of=404, wanted=GREEN)
    assert_stands_in(org.render(f"/thumb/o-fallback_image-{org.red}/-_nobody_-.png"), 200, of=404, wanted=RED)


def test_what_comes_shows_at_once(org):
    """Each is hot first: made out of memory, without a look-up."""
    path = "/dynamic/resize-width-20/-_logo_-.png"
    for _ in range(3):
        answer = org.render(path)
        assert_stands_in(answer, 404, of=404)
    assert "detail=hot" in answer.headers["Cache-Status"]
    org.point("logo", org.red)
    assert pixels.is_near(colour(org.render(path)), RED, tolerance=8)
    assert org.delete_alias("logo").status_code == 204
    assert_stands_in(org.render(path), 404, of=404)

    data = pictures.solid(GREEN)
    late = f"/dynamic/resize-width-20/{hash_of(org, data)}.png"
    for _ in range(3):
        assert_stands_in(org.render(late), 404, of=404)
    org.add(data)
    assert org.render(late).status_code == 200


@pytest.mark.parametrize("status", ["error", "ok"])
def test_no_304_makes_what_stood_in_last(org, status):
    """A 304 freshens the stored answer with all that this one says of itself: a 404, or X-Rucola-Fallback, for a year."""
    org.stack("later", {"name": "resize", "options": {"width": 30}}, fallback_image_status=status)
    path = f"/later/-_later{status}_-.png"
    stood_in = org.render(path)
    assert stood_in.headers["X-Rucola-Fallback"] == "404"
    org.point(f"later{status}", org.blue)
    there = org.render(path, headers={"If-None-Match": stood_in.headers["ETag"]})
    assert there.status_code == 200 and there.content == stood_in.content
    assert org.render(path, headers={"If-None-Match": there.headers["ETag"]}).status_code == 304


def hash_of(org, data):
    """Of an image that is not there yet; that it once was leaves nothing behind."""
    hash_ = org.add(data)["hash"]
    assert org.image(hash_, method="DELETE").status_code == 204
    return hash_


def test_another_fallback_shows_at_once(org):
    path = "/dynamic/resize-width-20/-_nobody_-.png"
    for _ in range(3):
        assert_stands_in(org.render(path), 404, of=404)
    org.point("placeholder", org.red)
    assert_stands_in(org.render(path), 404, of=404, wanted=RED)
    set_option(org, "fallback_image", org.blue)
    assert_stands_in(org.render(path), 404, of=404, wanted=BLUE)
    assert org.delete(f"/organizations/{org.organization}/options/fallback_image").status_code in (200, 204)
    assert_error(org.render(path), 404)


def test_a_purge_of_either_name_reaches_it(org):
    org.point("logo", org.red)
    of_logo = tags_of(org.render("/dynamic/resize-width-20/-_logo_-.png"))
    of_placeholder = tags_of(org.render("/dynamic/resize-width-20/-_placeholder_-.png"))
    of_red = tags_of(org.render(f"/dynamic/resize-width-20/{org.red}.png"))
    assert org.delete_alias("logo").status_code == 204
    assert tags_of(org.render("/dynamic/resize-width-20/-_logo_-.png")) >= (of_logo - of_red) | of_placeholder
    assert org.image(org.red, method="DELETE").status_code == 204
    assert tags_of(org.render(f"/dynamic/resize-width-20/{org.red}.png")) >= of_red | of_placeholder


def test_a_broken_image_is_stood_in_for(server, org):
    data = pictures.photo(64, 48, seed=77)
    hash_ = org.add(data)["hash"]
    name = hashlib.sha256(data).hexdigest()
    (server.data / "blobs" / name[:2] / name).write_bytes(bytes(len(data)))
    path = f"/dynamic/resize-width-20/{hash_}.png"
    for _ in range(3):
        answer = org.render(path)
        assert_stands_in(answer, 422, of=422)
        assert "detail=hot" not in answer.headers["Cache-Status"]
    assert_stands_in(org.render(f"/dynamic/trim--resize-width-20/{hash_}.png"), 422, of=422)
    set_option(org, "fallback_image", hash_)
    assert_error(org.render(f"/dynamic/resize-width-21/{hash_}.png"), 422)
    assert_error(org.render("/dynamic/resize-width-21/-_nobody_-.png"), 404)


def test_an_image_that_can_not_be_fetched_is_stood_in_for(org):
    site = Site()
    try:
        set_option(org, "remote_fullurl_allow", True)
        path = f"/dynamic/resize-width-20/-{site.url}/late.png-.png"
        for _ in range(3):
            assert_stands_in(org.render(path), 422, of=422)
        site.answers["/late.png"] = (200, {}, pictures.solid(RED))
        answer = org.render(path)
        assert answer.status_code == 200, "what another server comes to have no change of ours tells"
        assert pixels.is_near(colour(answer), RED, tolerance=8)
    finally:
        site.close()


def test_mistakes_of_the_request_stay_errors(org):
    assert_error(org.render(f"/no-such-stack/{MISSING}.png"), 404)
    assert_error(org.render(f"/dynamic/no-such-operation/{MISSING}.png"), 400)
    assert_error(org.render(f"/dynamic/composition-secondary_image-nobody/{org.red}.png"), 404)
    original = org.stack("original", source_file=True)
    assert_error(org.render(f"/{original}/{MISSING}.png"), 404)
    assert_error(org.render(f"/_iiif/3/{MISSING}/info.json"), 404)
    assert_error(org.render(f"/_iiif/3/{MISSING}/full/max/0/default.jpg"), 404)
    for stack in ({"fallback_image": "a/b"}, {"fallback_image": ""}, {"fallback_image_status": "200"}):
        answer = org.put_stack("odd", {"operations": [], "options": stack})
        assert answer.status_code == 400 and next(iter(stack)) in answer.text
    odd = org.render("/dynamic/o-fallback_image-['x']/-_nobody_-.png")
    assert odd.status_code == 400 and "expression" in odd.text


def test_no_picture_stands_in_for_a_film(org):
    """A film of the placeholder was made for it, and a video that was the fallback image came as if nothing was missing."""
    for fallback in (org.blue, org.add(videos.film(pictures=5))["hash"]):
        set_option(org, "fallback_image", fallback)
        for ending in ("mp4", "webm", "mov", "m3u8", "m3u", "ts"):
            for image in (MISSING, "-_nobody_-"):
                answer = org.render(f"/dynamic/{image}.{ending}")
                assert_error(answer, 404)
                assert "X-Rucola-Fallback" not in answer.headers
    assert org.render(f"/dynamic/{MISSING}.png").headers["X-Rucola-Fallback"] == "404"


def test_a_limit_that_a_render_meets_stays_an_error(start_server):
    """The work that a video's picture would take was taken for a broken video."""
    org = start_server("[render]\nmax_still_pixels = 300000\n").organization()
    set_option(org, "fallback_image", org.add(pictures.solid(BLUE))["hash"])
    set_option(org, "fallback_image_status", "ok")
    film = org.add(videos.film(pictures=50, options=("-g", "250", "-sc_threshold", "0")))["hash"]
    assert_error(org.render(f"/dynamic/options-timestamp-1.9/{film}.png"), 413)


def test_a_missing_stack_of_a_url_within_stays_an_error(org):
    within = f"http://{org.organization}.localhost/no-such-stack/{org.red}.png"
    answer = org.render(f"/dynamic/noop/-{within}-.png")
    assert_error(answer, 404)
    assert "X-Rucola-Fallback" not in answer.headers


def test_a_fallback_image_that_is_missing_itself_has_its_tag(org):
    """A purge of it could not reach the cached error after it was restored."""
    set_option(org, "fallback_image", MISSING)
    answer = org.render("/dynamic/-_nobody_-.png")
    assert_error(answer, 404)
    assert tags_of(answer) >= tags_of(org.render(f"/dynamic/{MISSING}.png"))


def test_what_is_protected_is_never_replaced_and_never_shown(org):
    upload = org.upload(pictures.solid(RED), fields={"options[0]": json.dumps({"protected": True})})
    protected = upload.json()["items"][0]["hash"]
    assert_error(org.render(f"/dynamic/resize-width-20/{protected}.png"), 403)
    set_option(org, "fallback_image", protected)
    assert_error(org.render("/dynamic/resize-width-20/-_nobody_-.png"), 404)
    key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
    assert_stands_in(org.render(signed("/dynamic/resize-width-20/-_nobody_-.png", key)), 404, of=404, wanted=RED)
    set_option(org, "protect_dynamic_stack", True)
    set_option(org, "fallback_image", org.blue)
    assert_error(org.render("/dynamic/resize-width-20/-_nobody_-.png"), 403)
