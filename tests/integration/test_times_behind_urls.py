"""A time behind the URL of a video, film.mp4@00:00:22: of what is fetched, the picture that is shown then comes in."""

import functools
import io
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from harness import pictures, pixels, videos
from harness.errors import assert_error
from harness.server import Rucola
from harness.signing import signed
from harness.site import ALLOW_LOOPBACK, Site

RATE = videos.RATE


@functools.cache
def film_bytes() -> bytes:
    """A hundred pictures, four seconds."""
    return videos.film()


@pytest.fixture(scope="module")
def server():
    with Rucola(ALLOW_LOOPBACK) as running:
        yield running


@pytest.fixture
def org(server):
    return server.organization()


@pytest.fixture
def site():
    other = Site()
    other.answers["/film.mp4"] = (200, {"Content-Type": "video/mp4"}, film_bytes())
    other.answers["/photo.jpg"] = (200, {}, pictures.photo(64, 48, seed=901))
    other.answers["/page.html"] = (200, {}, b"<html>")
    other.answers["/moved"] = (302, {"Location": "/film.mp4"}, b"")
    yield other
    other.close()


def fetch(org, url: str, **fields):
    return org.upload(fields={"url[0]": url, **fields})


def fetched(org, url: str, **fields) -> dict:
    answer = fetch(org, url, **fields)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]


def original(org, item: dict) -> bytes:
    answer = org.image(item["hash"], "/download")
    assert answer.status_code == 200, answer.text
    return answer.content


def shown(org, path: str) -> Image.Image:
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def message(answer, code: int) -> str:
    assert_error(answer, code)
    return answer.json()["message"]


def set_options(org, **options):
    answer = org.request("PUT", f"/organizations/{org.organization}/options", json=options)
    assert answer.status_code in (200, 204), answer.text


def names(org) -> list[str]:
    return sorted(item["name"] for item in org.images().json()["items"])


def frame_by_ffmpeg(number: int, folder: Path) -> bytes:
    """Counted from 1, by the program that wrote the film."""
    film = folder / "film.mp4"
    film.write_bytes(film_bytes())
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-vf", f"select=eq(n\\,{number - 1})", "-frames:v", "1", "-f",
               "image2pipe", "-c:v", "png", "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


# Uploads


@pytest.mark.parametrize("time, number", [
    ("00:00:00", 1), ("00:00:00.5", 13), ("00:00:01", 26), ("0:1", 26), ("1", 26), ("3.48", 88), ("00:00:03.96", 100),
])
def test_an_upload_by_url_is_the_picture_of_that_time(org, site, tmp_path, time, number):
    answer = fetch(org, f"{site.url}/film.mp4@{time}")
    assert answer.status_code == 201, answer.text
    item = answer.json()["items"][0]
    assert site.asked == ["/film.mp4"]
    assert (item["name"], item["format"], item["mimetype"]) == ("film.png", "png", "image/png")
    assert (item["width"], item["height"], item["animated"], item["opaque"]) == (videos.WIDTH, videos.HEIGHT, False, True)
    data = original(org, item)
    assert item["size"] == len(data)
    assert videos.number_in(data) == number
    pixels.assert_alike(data, frame_by_ffmpeg(number, tmp_path), 2, 8)


def test_it_is_what_renders_of_the_video_show(org, site):
    video = org.add(film_bytes(), "film.mp4")
    still = fetched(org, f"{site.url}/film.mp4@00:00:02.2")
    wanted = shown(org, f"/dynamic/options-timestamp-00:00:02.2/{video['hash']}.png")
    pixels.assert_alike(pixels.open_picture(original(org, still)), wanted, 0, 0)
    assert "video" not in still["static_metadata"] and "image_colors" in still["static_metadata"]


def test_it_is_upright_and_of_square_pixels(org, site):
    site.answers["/turned.mp4"] = (200, {}, videos.remuxed(film_bytes(), "turned.mp4", "-metadata:s:v:0", "rotate=90"))
    site.answers["/wide.mp4"] = (200, {}, videos.film(pictures=10, options=(
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,setsar=2/1", "-colorspace", "bt709")))
    turned = fetched(org, f"{site.url}/turned.mp4@1")
    assert (turned["width"], turned["height"]) == (videos.HEIGHT, videos.WIDTH)
    assert pixels.size_of(original(org, turned)) == (videos.HEIGHT, videos.WIDTH)
    wide = fetched(org, f"{site.url}/wide.mp4@0")
    assert (wide["width"], wide["height"]) == (2 * videos.WIDTH, videos.HEIGHT)
    assert videos.number_in(original(org, wide)) == 1


def test_the_same_picture_is_the_same_image(org, site):
    first = fetch(org, f"{site.url}/film.mp4@00:00:01")
    again = fetch(org, f"{site.url}/film.mp4@1.01")  # which is shown then, too
    other = fetch(org, f"{site.url}/film.mp4@00:00:02")
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 201]
    hashes = [answer.json()["items"][0]["hash"] for answer in (first, again, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert names(org) == ["film.png", "film.png"], "the video itself is not kept"


@pytest.mark.parametrize("path, name", [("/", "still.png"), ("/...", "still.png"), ("/" + 255 * "a", 251 * "a" + ".png")])
def test_it_has_a_name_as_files_have(org, site, path, name):
    """They were ".png", "...png" and one that is longer than a name may be, which no PUT would have taken."""
    site.answers[path] = (200, {}, film_bytes())
    item = fetched(org, f"{site.url}{path}@1")
    assert item["name"] == name
    assert org.image(item["hash"], "/name", method="PUT", json=item["name"]).status_code == 200


def test_what_an_upload_says_of_its_file_is_said_of_the_picture(org, site):
    answer = org.upload(fields={
        "url[0]": f"{site.url}/film.mp4@1", "url[1]": f"{site.url}/film.mp4",
        "meta_user[0]": '{"title": "a still"}', "meta_dynamic[0]": '{"subject_area": {"x": 10, "y": 20, "width": 30, "height": 40}}',
        "options[0]": '{"protected": true}', "optimize_source": "true"})
    assert answer.status_code == 201, answer.text
    still, video = answer.json()["items"]
    assert (still["name"], still["format"], still["protected"]) == ("film.png", "png", True)
    assert still["user_metadata"] == {"title": "a still"}
    assert still["dynamic_metadata"]["subject_area"]["width"] == 30
    assert (video["name"], video["format"], video["protected"]) == ("film.mp4", "mp4", False)


def test_who_only_uploads_sees_the_name_that_the_picture_was_given(server, org, site):
    item = fetched(org, f"{site.url}/film.mp4@1")
    assert org.image(item["hash"], "/name", method="PUT", json="of somebody.png").status_code == 200
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    answer = fetch(uploader, f"{site.url}/film.mp4@1")
    assert answer.status_code == 200, answer.text
    seen = answer.json()["items"][0]
    assert (seen["hash"], seen["name"]) == (item["hash"], "film.png")


@pytest.mark.parametrize("time", ["00:00:04.20", "00:01:00", "99:59:59"])
def test_after_the_end_there_is_no_picture(org, site, time):
    told = message(fetch(org, f"{site.url}/film.mp4@{time}"), 400)
    assert told.startswith("film.mp4: ") and "after the end" in told and "00:00:04.0" in told
    assert names(org) == []


def test_what_is_no_video_has_no_pictures(org, site):
    told = message(fetch(org, f"{site.url}/photo.jpg@00:00:01"), 422)
    assert "photo.jpg" in told and "no video" in told and "%40" in told and "docs/videos.md" in told
    assert "%40" in message(fetch(org, f"{site.url}/page.html@1"), 422)
    assert "%40" in message(fetch(org, f"{site.url}/missing.mp4@1"), 422)
    assert "%40" not in message(fetch(org, f"{site.url}/missing.mp4"), 422)
    assert names(org) == []


def test_an_animation_is_no_video(org, site):
    frames = [Image.new("RGB", (20, 20), (n * 50, 0, 0)) for n in range(3)]
    animated = io.BytesIO()
    frames[0].save(animated, "GIF", save_all=True, append_images=frames[1:], duration=500)
    site.answers["/moving.gif"] = (200, {}, animated.getvalue())
    assert '"gif"' in message(fetch(org, f"{site.url}/moving.gif@0"), 422)


@pytest.mark.parametrize("path", ["/icon@2x.png", "/a.jpg@100:00:00", "/a.jpg@00:60:00", "/a.jpg@", "/@2/a.jpg", "/a.jpg?b=c@d",
                                  "/a.jpg@2?b=c", "/a%402"])
def test_an_at_that_is_no_time_is_a_part_of_the_url(org, site, path):
    site.answers[path] = (200, {}, pictures.photo(32, 24, seed=902))
    assert fetched(org, site.url + path)["format"] == "jpg"
    assert site.asked == [path]


@pytest.mark.parametrize("authority", ["user@12", "user:secret@12", "127.0.0.1@1"])
def test_a_user_name_is_still_refused(org, authority):
    """Without its end it would have been the name of a server."""
    assert "user name" in message(fetch(org, f"http://{authority}"), 400)


def test_the_address_is_guarded_as_any(site):
    with Rucola() as guarded:
        org = guarded.organization()
        assert "remote_fetch.allow_networks" in message(fetch(org, f"{site.url}/film.mp4@1"), 422)
        assert site.asked == []


def test_redirects_are_followed(org, site):
    assert videos.number_in(original(org, fetched(org, f"{site.url}/moved@1"))) == RATE + 1
    assert site.asked == ["/moved", "/film.mp4"]


def test_the_whole_video_is_fetched_and_counts_against_the_limit(start_server, site):
    org = start_server(ALLOW_LOOPBACK + f"max_bytes = {len(film_bytes()) - 1}\n").organization()
    assert_error(fetch(org, f"{site.url}/film.mp4@1"), 413)
    assert names(org) == []


# Render URLs


def test_a_render_url_names_a_picture_of_a_video(org, site):
    set_options(org, remote_fullurl_allow=True)
    path = f"/dynamic/resize-width-80/-{site.url}/film.mp4@00:00:01-/some-seo-string.png"
    first = shown(org, path)
    assert first.size == (80, 48) and videos.number_in(first) == RATE + 1
    assert org.render(path).status_code == 200
    # It is an image now: by whatever spelling and encoding, it is not asked for again.
    for spelled in ("@1", "@0:01", "@1.000", "%4000%3A00%3A01"):
        assert videos.number_in(shown(org, f"/dynamic/noop/-{site.url}/film.mp4{spelled}-.png")) == RATE + 1
    assert site.asked == ["/film.mp4"] and names(org) == ["film.png"]


def test_each_time_is_an_image_of_its_own(org, site):
    set_options(org, remote_fullurl_allow=True)
    for time, number in (("00:00:01", 26), ("00:00:02", 51), ("00:00:01", 26)):
        assert videos.number_in(shown(org, f"/dynamic/noop/-{site.url}/film.mp4@{time}-.png")) == number
    assert site.asked == ["/film.mp4"] * 2 and names(org) == ["film.png", "film.png"]
    # Without a time it is the video itself.
    assert videos.number_in(shown(org, f"/dynamic/options-timestamp-3/-{site.url}/film.mp4-.png")) == 76
    assert names(org) == ["film.mp4", "film.png", "film.png"]


def test_a_path_below_the_base_may_have_a_time(org, site):
    set_options(org, remote_basepath=site.url)
    assert videos.number_in(shown(org, "/dynamic/noop/-film.mp4@00:00:01-/seo.png")) == RATE + 1
    site.answers["/icon@2x.jpg"] = (200, {}, pictures.photo(32, 24, seed=903))
    assert shown(org, "/dynamic/noop/-icon@2x.jpg-.png").size == (32, 24)
    site.answers["/photo@2"] = (200, {}, pictures.photo(24, 32, seed=904))
    site.answers["/photo%402"] = site.answers["/photo@2"]
    assert shown(org, "/dynamic/noop/-photo%25402-.png").size == (24, 32)
    assert site.asked == ["/film.mp4", "/icon@2x.jpg", "/photo%402"]


def test_a_time_hides_no_way_out_of_the_base_path(org, site):
    """`..@1` is no such way, and `..` would have been fetched."""
    set_options(org, remote_basepath=site.url + "/films")
    for path in ("-..@1-.jpg", "-a/..@00:00:01-.jpg", "-%252e%252e@1-.jpg"):
        assert "however it is encoded" in message(org.render(f"/dynamic/noop/{path}"), 400), path
    assert site.asked == []


def test_nothing_is_fetched_that_is_not_allowed(org, site):
    path = f"/dynamic/noop/-{site.url}/film.mp4@1-.png"
    assert "docs/remote-images.md" in message(org.render(path), 403)
    set_options(org, remote_fullurl_allow=True, remote_fullurl_whitelist=[r"\.example\.org$"])
    assert "127.0.0.1" in message(org.render(path), 403)
    assert site.asked == []


def test_a_protected_stack_fetches_nothing_without_a_signature(org, site):
    org.put_stack("closed", {"operations": [], "options": {"protected": True, "remote_fullurl_allow": True}})
    path = f"/closed/-{site.url}/film.mp4@1-.png"
    assert_error(org.render(path), 403)
    assert site.asked == []
    key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
    assert videos.number_in(shown(org, signed(path, key))) == RATE + 1


def test_what_goes_wrong_with_a_render_is_told(org, site):
    set_options(org, remote_fullurl_allow=True)
    answer = org.render(f"/dynamic/noop/-{site.url}/photo.jpg@1-.png")
    assert "no video" in message(answer, 422) and answer.headers["Cache-Control"] == "public, max-age=10"
    assert "after the end" in message(org.render(f"/dynamic/noop/-{site.url}/film.mp4@5-.png"), 400)
    assert names(org) == []
    # What is no video may have a picture that stands in for it.
    org.point("placeholder", org.add(pictures.solid(pictures.BLUE))["hash"])
    set_options(org, fallback_image="placeholder")
    stands_in = org.render(f"/dynamic/noop/-{site.url}/photo.jpg@2-.png")
    assert stands_in.headers["X-Rucola-Fallback"] == "422"
    assert pixels.is_near(pixels.colour_at(stands_in.content, 0.5, 0.5), pictures.BLUE)


def test_times_that_have_no_picture_fetch_a_video_once(org, site):
    """Each of them fetched the whole of it, and there is no end of them."""
    set_options(org, remote_basepath=site.url)
    for time in ("9", "9.001", "4.5", "00:01:00", "9"):
        assert "00:00:04.0" in message(org.render(f"/dynamic/noop/-film.mp4@{time}-.png"), 400)
    assert site.asked == ["/film.mp4"]
    for time in ("1", "1.001", "0"):
        assert "no video" in message(org.render(f"/dynamic/noop/-photo.jpg@{time}-.png"), 422)
    assert site.asked == ["/film.mp4", "/photo.jpg"]
    assert names(org) == []
    # Times within are fetched as ever, and the file without one is something else.
    assert videos.number_in(shown(org, "/dynamic/noop/-film.mp4@1-.png")) == RATE + 1
    assert shown(org, "/dynamic/noop/-photo.jpg-.png").size == (64, 48)
    assert names(org) == ["film.png", "photo.jpg"]


def test_another_organization_is_not_told_what_is_behind_a_url(server, org, site):
    other = server.organization()
    for one in (org, other):
        set_options(one, remote_basepath=site.url)
        assert "after the end" in message(one.render("/dynamic/noop/-film.mp4@9-.png"), 400)
    assert site.asked == ["/film.mp4"] * 2


def test_a_deleted_picture_is_not_fetched_again(org, site):
    set_options(org, remote_fullurl_allow=True)
    path = f"/dynamic/noop/-{site.url}/film.mp4@1-.png"
    by_url = org.render(path)
    hash_ = org.images().json()["items"][0]["hash"]
    # Caches forget it as they forget other renders of the image.
    by_hash = org.render(f"/dynamic/noop/{hash_}.png")
    assert videos.number_in(by_hash.content) == videos.number_in(by_url.content) == RATE + 1
    assert set(by_hash.headers["xkey"].split()) <= set(by_url.headers["xkey"].split())
    assert org.image(hash_, method="DELETE").status_code == 204
    site.asked.clear()
    assert_error(org.render(path), 404)
    assert site.asked == []
    # Nor is it by another time at which the same picture is shown.
    assert_error(org.render(path.replace("@1-", "@1.01-")), 404)
    assert names(org) == []


def hash_of(org, name: str) -> str:
    return next(item["hash"] for item in org.images().json()["items"] if item["name"] == name)


def test_a_video_that_was_fetched_is_not_fetched_again_for_a_picture(org, site):
    set_options(org, remote_basepath=site.url)
    video = shown(org, "/dynamic/options-timestamp-2/-film.mp4-.png")
    site.asked.clear()
    pixels.assert_alike(shown(org, "/dynamic/noop/-film.mp4@2-.png"), video, 0, 0)
    assert "after the end" in message(org.render("/dynamic/noop/-film.mp4@5-.png"), 400)
    shown(org, "/dynamic/noop/-photo.jpg-.png")
    assert "%40" in message(org.render("/dynamic/noop/-photo.jpg@1-.png"), 422)
    assert site.asked == ["/photo.jpg"] and names(org) == ["film.mp4", "photo.jpg"]
    # Only where a file is wanted, one has to come in.
    org.stack("files", source_file=True)
    assert videos.number_in(shown(org, "/files/-film.mp4@2-.png")) == 2 * RATE + 1
    assert names(org) == ["film.mp4", "film.png", "photo.jpg"]


@pytest.mark.parametrize("how", ["deleted", "replaced by a protected one"])
def test_a_deleted_video_does_not_come_back_by_a_time(org, site, how):
    """It was fetched again, and its picture shown without a signature."""
    set_options(org, remote_basepath=site.url)
    shown(org, "/dynamic/noop/-film.mp4-.png")
    shown(org, "/dynamic/noop/-film.mp4@1-.png")
    film_hash = hash_of(org, "film.mp4")
    if how == "deleted":
        assert org.image(film_hash, method="DELETE").status_code == 204
    else:
        replaced = org.image(film_hash, "/options/protected", method="PUT", json=True, params={"deletePrevious": "true"})
        assert replaced.status_code in (200, 201), replaced.text
    before = names(org)
    org.stack("files", source_file=True)
    site.asked.clear()
    for path in ("/dynamic/noop/-film.mp4-.png", "/dynamic/noop/-film.mp4@1-.png", "/dynamic/noop/-film.mp4@1.04-.png",
                 "/files/-film.mp4@2-.png"):
        assert_error(org.render(path), 404)
    assert site.asked == []
    # Nor by another URL with the same file, which is fetched once to see that.
    for time in ("1", "1.04", "2"):
        assert_error(org.render(f"/dynamic/noop/-moved@{time}-.png"), 404)
    assert_error(org.render("/dynamic/noop/-moved-.png"), 404)
    assert site.asked == ["/moved", "/film.mp4"] and names(org) == before
    if how == "deleted":
        assert org.image(film_hash, "/restore", method="POST").status_code == 200
        for path in ("/dynamic/noop/-film.mp4@1-.png", "/dynamic/noop/-moved@1-.png"):
            assert videos.number_in(shown(org, path)) == RATE + 1


def test_many_who_want_it_at_once_make_one_fetch(org, site):
    set_options(org, remote_fullurl_allow=True)
    spellings = ["@1", "@00:00:01"] * 8
    with ThreadPoolExecutor(len(spellings)) as clients:
        answers = list(clients.map(lambda time: org.render(f"/dynamic/noop/-{site.url}/film.mp4{time}-.png"), spellings))
    assert {answer.status_code for answer in answers} == {200}
    assert site.asked == ["/film.mp4"]


# Videos of the organization itself: looked up, never fetched


@pytest.fixture
def film(org):
    return org.add(film_bytes(), "film.mp4")["hash"]


def own(org, path: str) -> str:
    return f"-https://{org.organization}.localhost{path}-"


def test_a_video_of_ours_is_not_fetched(org, film):
    wanted = shown(org, f"/dynamic/options-timestamp-00:00:01/{film}.png")
    org.point("trailer", film)
    org.stack("small", {"name": "resize", "options": {"width": 20}}, fps=5)
    org.stack("original", source_file=True)
    for inner in (f"/dynamic/{film}.mp4@00:00:01", f"/dynamic/noop/{film}/slug.mp4@1", "/dynamic/-_trailer_-.mp4@1.0",
                  f"/small/{film}.mp4@1", f"/original/{film}.mp4@1", f"/dynamic/{film}.mp4%3Fv=1@1"):
        pixels.assert_alike(shown(org, f"/dynamic/noop/{own(org, inner)}/slug.png"), wanted, 0, 0)
    assert shown(org, f"/dynamic/resize-width-80/{own(org, f'/dynamic/{film}.mp4@2')}.jpg").size == (80, 48)
    # No image came into being.
    assert names(org) == ["film.mp4"]
    set_options(org, remote_basepath=f"https://{org.organization}.localhost/dynamic/")
    assert videos.number_in(shown(org, f"/dynamic/noop/-{film}.mp4@1-.png")) == RATE + 1


def test_a_picture_of_a_video_of_ours_follows_its_alias(org, film):
    org.point("trailer", film)
    path = f"/dynamic/noop/{own(org, '/dynamic/-_trailer_-.mp4@1')}.png"
    assert videos.number_in(shown(org, path)) == RATE + 1
    org.point("trailer", org.add(videos.of_pictures([videos.numbered(n) for n in range(100, 150)]))["hash"])
    assert videos.number_in(shown(org, path)) == 100 + RATE


def test_what_of_ours_is_no_video_as_it_was_uploaded(org, film):
    photo = org.add(pictures.photo(seed=905))["hash"]
    for inner, code in ((f"/dynamic/{film}.jpg@1", 422), (f"/dynamic/{photo}.jpg@1", 422), (f"/dynamic/{photo}.mp4@1", 422),
                        (f"/dynamic/{film}.webm@1", 415), (f"/dynamic/resize-width-9/{film}.mp4@1", 422),
                        (f"/dynamic/{film}.mp4@5", 400), (f"/dynamic/{film}.mp4", 400), ("/dynamic/0123456.mp4@1", 404),
                        (f"/nothing/{film}.mp4@1", 404)):
        assert_error(org.render(f"/dynamic/noop/{own(org, inner)}.png"), code)
    org.stack("files", source_file=True)
    told = message(org.render(f"/files/{own(org, f'/dynamic/{film}.mp4@1')}.png"), 400)
    assert "a picture of a video" in told and "source_file" in told
    # Another organization is another server.
    assert_error(org.render(f"/dynamic/noop/-https://other.localhost/dynamic/{film}.mp4@1-.png"), 403)


def test_what_is_protected_of_ours_stays_so(org, film):
    org.stack("closed", {"name": "resize", "options": {"width": 20}}, protected=True)
    org.put_stack("on_closed", {"operations": [], "options": {"basestack": "closed"}})
    secret = org.upload(("s.mp4", videos.film(pictures=30)), fields={"options[0]": json.dumps({"protected": True})})
    hash_ = secret.json()["items"][0]["hash"]
    key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
    for inner in (f"/closed/{film}.mp4@1", f"/on_closed/{film}.mp4@1", f"/dynamic/{hash_}.mp4@1"):
        path = f"/dynamic/noop/{own(org, inner)}.png"
        assert_error(org.render(path), 403)
        assert videos.number_in(shown(org, signed(path, key))) == RATE + 1
