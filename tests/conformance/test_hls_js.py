"""hls.js, unchanged, in a browser: plays a film's list, in each of its sizes, from beginning to end and from anywhere."""

import json
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from browser import Page
from harness import videos
from harness.signing import signed
from harness.site import Site

HERE = Path(__file__).resolve().parent
PICTURES = 200
SIZES = [(600, 360), (640, 384)]  # smallest first
LARGER = ("-vf", "scale=640:384:flags=neighbor:out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709")


@pytest.fixture(scope="module")
def film() -> bytes:
    return videos.film(pictures=PICTURES, sound=True, options=(*LARGER, "-g", "25", "-bf", "2", "-shortest"))


@pytest.fixture(scope="module")
def site(node_modules):
    site = Site()
    library = node_modules / "hls.js" / "dist" / "hls.min.js"
    site.answers["/"] = 200, {"Content-Type": "text/html"}, (HERE / "player.html").read_bytes()
    site.answers["/hls.js"] = 200, {"Content-Type": "text/javascript"}, library.read_bytes()
    yield site
    site.close()


@pytest.fixture
def player(site):
    assert shutil.which("chromium"), "chromium is missing; `make test` installs it"
    with Page(800, 600) as page:

        def open_list(url: str, level: int) -> Page:
            page.open(f"{site.url}/#{level},{quote(url, safe='')}")
            return page

        yield open_list


def shown_at(page: Page, seconds: float) -> int:
    lights = page.run(f"lightsAt({seconds})")
    return sum(1 << bit for bit, light in enumerate(lights) if light > 127)


def assert_plays(page: Page, size: tuple[int, int]) -> None:
    """To the player a film begins with the first bit of sound, which may be a moment before the first picture."""
    late = [number - shown_at(page, (number - 0.5) / videos.RATE) for number in (10, 140, 160, 195)]
    assert 0 <= min(late) <= max(late) <= min(late) + 1 <= 4, late
    page.run("film.currentTime = 0")
    state = page.run("play()")
    assert state["failed"] == []
    assert (state["width"], state["height"]) == size
    assert state["time"] == pytest.approx(PICTURES / videos.RATE, abs=0.15)
    assert state["duration"] == pytest.approx(PICTURES / videos.RATE, abs=0.15)


@pytest.mark.parametrize("level", range(len(SIZES)))
def test_each_rendition_plays(org, film, player, level):
    hash_ = org.add(film, "film.mp4")["hash"]
    page = player(f"{org.url}/render/{org.organization}/dynamic/{hash_}.m3u", level)
    levels = page.run("levels()")
    assert [(one["width"], one["height"]) for one in levels] == SIZES
    assert_plays(page, SIZES[level])


def test_what_is_protected_plays_too(org, film, player):
    upload = org.upload(("film.mp4", film), fields={"options[0]": json.dumps({"protected": True})})
    hash_ = upload.json()["items"][0]["hash"]
    key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
    path = signed(f"/render/{org.organization}/dynamic/{hash_}.m3u", key)
    assert_plays(player(org.url + path, 0), SIZES[0])
