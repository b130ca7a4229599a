"""The npm package `thumbhash`, unchanged: it says of our renders' pixels what we say."""

import subprocess
from pathlib import Path

import pytest

from harness import pictures, pixels

HERE = Path(__file__).resolve().parent
SOURCES = {
    "scene": lambda: pictures.png(400, 300, seed=620),
    "tall": lambda: pictures.png(60, 100, seed=621),
    "photo": lambda: pictures.photo(200, 150, seed=622),
    "grey": pictures.grey_png,
    "transparent": pictures.transparent_png,
    "animated": pictures.animation,
}


def by_the_package(picture) -> str:
    done = subprocess.run(["node", HERE / "thumbhash.mjs", *map(str, picture.size)], input=picture.convert("RGBA").tobytes(),
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("operation", ["resize-width-100-height-100", "resize-width-40", "crop-width-90-height-30"])
def test_the_thumbhash_is_that_of_the_package(node_modules, org, source, operation):
    hash_ = org.add(SOURCES[source]())["hash"]
    answer = org.render(f"/dynamic/{operation}/{hash_}.thumbhash")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain"
    png = pixels.open_picture(org.render(f"/dynamic/{operation}/{hash_}.png").content)
    assert answer.text == by_the_package(png)
