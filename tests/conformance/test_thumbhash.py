"""The npm package `thumbhash`, unchanged: it says of our renders' pixels what we say."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from harness import pictures, pixels

HERE = Path(__file__).resolve().parent


def see_through() -> bytes:
    picture = pictures.scene(90, 70, seed=623)
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return pictures.encode(picture, "PNG")


SOURCES = {
    "scene": lambda: pictures.png(400, 300, seed=620),
    "tall": lambda: pictures.png(60, 100, seed=621),
    "photo": lambda: pictures.photo(200, 150, seed=622),
    "grey": pictures.grey_png,
    "see-through": see_through,
}
# Where a colour nowhere varies, what is left of it are rounding errors of cosines, which are not those of JavaScript. They are
# multiplied by 0.
FLAT = {"one colour": lambda: pictures.solid(pictures.RED), "animated": pictures.animation}
OPERATIONS = ["resize-width-100-height-100", "resize-width-40", "crop-width-90-height-30"]


def package(*arguments, pixels_of: Image.Image | None = None) -> str:
    done = subprocess.run(["node", HERE / "thumbhash.mjs", *map(str, arguments)],
                          input=pixels_of.convert("RGBA").tobytes() if pixels_of else b"", capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def both_hashes(org, source: bytes, operation: str) -> tuple[str, str]:
    """Ours, and the package's of our pixels."""
    hash_ = org.add(source)["hash"]
    answer = org.render(f"/dynamic/{operation}/{hash_}.thumbhash")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain"
    png = pixels.open_picture(org.render(f"/dynamic/{operation}/{hash_}.png").content)
    return answer.text, package("encode", *png.size, pixels_of=png)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_thumbhash_is_that_of_the_package(node_modules, org, source, operation):
    ours, theirs = both_hashes(org, SOURCES[source](), operation)
    assert ours == theirs


@pytest.mark.parametrize("source", FLAT)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_package_makes_the_same_picture_of_it(node_modules, org, source, operation):
    ours, theirs = both_hashes(org, FLAT[source](), operation)
    assert package("decode", ours) == package("decode", theirs)
