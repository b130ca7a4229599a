"""OpenSeadragon, unchanged, in a browser: our info.json opens, and what is on the screen is the picture."""

import base64
import io
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from browser import Page
from harness import pictures, pixels
from harness.site import Site

HERE = Path(__file__).resolve().parent
VIEW = (1000, 700)
WIDTH, HEIGHT = 6403, 4709


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return pictures.encode(pictures.grainy(WIDTH, HEIGHT), "JPEG", quality=90)


@pytest.fixture(scope="module")
def scene(jpeg) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


@pytest.fixture(scope="module")
def site(node_modules):
    site = Site()
    library = node_modules / "openseadragon" / "build" / "openseadragon" / "openseadragon.min.js"
    site.answers["/"] = 200, {"Content-Type": "text/html"}, (HERE / "viewer.html").read_bytes()
    site.answers["/openseadragon.js"] = 200, {"Content-Type": "text/javascript"}, library.read_bytes()
    yield site
    site.close()


@pytest.fixture
def view(site):
    """Opens an image of an organization in a viewer."""
    assert shutil.which("chromium"), "chromium is missing; `make test` installs it"
    with Page(*VIEW) as page:

        def open_image(org, image: str) -> Page:
            info = f"{org.url}/render/{org.organization}/_iiif/{image}/info.json"
            page.open(f"{site.url}/#{quote(info, safe='')}")
            return page

        yield open_image


def drawn(page: Page) -> Image.Image:
    return pixels.open_picture(base64.b64decode(page.run("pixels()")))


def shown(page: Page) -> Image.Image:
    return pixels.open_picture(page.screenshot()).convert("RGB")


def assert_same_view(found: Image.Image, wanted: Image.Image, mean: float = 1.5, largest: int = 90) -> None:
    """OpenSeadragon draws each tile a pixel larger than it is, to hide gaps: so grain is found up to a pixel off. Four
    pixels in one it can't be told from the picture; what is two pixels off, anywhere, can."""
    reduced = (VIEW[0] // 4, VIEW[1] // 4)
    pixels.assert_alike(found.convert("RGB").resize(reduced, Image.BOX), wanted.resize(reduced, Image.BOX), mean, largest)


def factors(urls: list[str]) -> set[int]:
    """By how much the tiles are reduced."""
    found = (re.search(r"/\d+,\d+,(\d+),\d+/(\d+),\d*/0/default\.jpg$", url) for url in urls)
    return {round(int(match[1]) / int(match[2])) for match in found if match}


def test_the_whole_image_then_its_details(own_server, view, jpeg, scene):
    org = own_server.organization()
    page = view(org, org.add(jpeg, "large.jpg")["hash"])
    state = page.run("settled()")
    assert state["failed"] == [] and state["loaded"]
    height = round(VIEW[0] * HEIGHT / WIDTH)
    assert height > VIEW[1], "the height fills the view"
    width = round(VIEW[1] * WIDTH / HEIGHT)
    left = (VIEW[0] - width) // 2
    wanted = Image.new("RGB", VIEW, "white")
    wanted.paste(scene.resize((width, VIEW[1]), Image.LANCZOS), (left, 0))
    inside = (left + 2, 2, left + width - 2, VIEW[1] - 2)  # along the edges a browser blends with what is behind
    pixels.assert_alike(shown(page).crop(inside), wanted.crop(inside), mean=5)

    for x, y in ((3200, 2300), (512, 400), (WIDTH - 500, HEIGHT - 350)):
        state = page.run(f"showAtFullSize({x}, {y})")
        assert state["failed"] == []
        box = (x - VIEW[0] // 2, y - VIEW[1] // 2, x + VIEW[0] // 2, y + VIEW[1] // 2)
        assert_same_view(drawn(page), scene.crop(box))
        assert_same_view(shown(page), scene.crop(box))
    assert min(factors(state["loaded"])) == 1 and max(factors(state["loaded"])) >= 4
    # Each tile on the screen is a render; the pyramid and the overview are two more: nothing else read the source.
    assert own_server.metrics().renders() == len(set(state["loaded"])) + 2


def test_a_small_image(org, view):
    source = pictures.scene(900, 650, seed=12)
    page = view(org, org.add(pictures.encode(source, "PNG"), "small.png")["hash"])
    state = page.run("showAtFullSize(450, 325)")
    assert state["failed"] == [] and state["loaded"]
    wanted = Image.new("RGB", VIEW, "white")
    wanted.paste(source, (50, 25))
    assert_same_view(shown(page), wanted, mean=2.5, largest=120)  # more edges on less room
