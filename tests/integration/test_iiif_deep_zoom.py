"""Tiles of a large image: made from its pyramid, right to the pixel, and the source is decoded once."""

import io
import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from harness import pictures, pixels

# No power of two divides the sides, so every level of the pyramid is cut off by some pixels.
WIDTH, HEIGHT = 6403, 4709
TILE = 512


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return pictures.encode(pictures.grainy(WIDTH, HEIGHT), "JPEG", quality=90)


@pytest.fixture(scope="module")
def scene(jpeg) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


@pytest.fixture(scope="module")
def image(org, jpeg) -> str:
    return org.add(jpeg, "large.jpg")["hash"]


def tile_path(image: str, box: tuple, size: tuple, rest: str = "0/default.png") -> str:
    left, top, right, bottom = box
    return f"/_iiif/{image}/{left},{top},{right - left},{bottom - top}/{size[0]},{size[1]}/{rest}"


def grid(factor: int, width: int = WIDTH, height: int = HEIGHT) -> dict:
    """As a viewer asks for them: box in the image and size of each tile, by column and row."""
    tiles = {}
    step = TILE * factor
    for column in range(math.ceil(width / step)):
        for row in range(math.ceil(height / step)):
            box = (column * step, row * step, min((column + 1) * step, width), min((row + 1) * step, height))
            tiles[column, row] = box, (math.ceil((box[2] - box[0]) / factor), math.ceil((box[3] - box[1]) / factor))
    return tiles


def picture(org, path: str) -> Image.Image:
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def judged(source: Image.Image, box: tuple, size: tuple) -> Image.Image:
    part = source.crop(box)
    return part if part.size == size else part.resize(size, Image.LANCZOS)


@pytest.mark.parametrize("factor", [1, 2, 4, 8, 16])
def test_tiles_are_those_of_the_source(org, image, scene, factor):
    tiles = grid(factor)
    columns, rows = max(tiles)[0], max(row for _, row in tiles)
    for place in sorted({(0, 0), (columns, 0), (0, rows), (columns, rows), (columns // 2, rows // 2)}):
        box, size = tiles[place]
        found = picture(org, tile_path(image, box, size)).convert("RGB")
        assert found.size == size
        pixels.assert_alike(found, judged(scene, box, size), mean=1.5)


@pytest.mark.parametrize("factor", [2, 8])
def test_no_seam_is_seen_between_tiles(org, image, scene, factor):
    """A level put together out of its tiles is the whole source, reduced at once: also along the edges."""
    tiles = grid(factor)
    whole = Image.new("RGB", (math.ceil(WIDTH / factor), math.ceil(HEIGHT / factor)))
    for (column, row), (box, size) in tiles.items():
        whole.paste(picture(org, tile_path(image, box, size)).convert("RGB"), (column * TILE, row * TILE))
    wanted = scene.resize(whole.size, Image.LANCZOS)
    pixels.assert_alike(whole, wanted, mean=1.5)
    for edge in range(TILE, whole.width, TILE):
        strip = (edge - 2, 0, edge + 2, whole.height)
        pixels.assert_alike(whole.crop(strip), wanted.crop(strip), mean=2.5)
    for edge in range(TILE, whole.height, TILE):
        strip = (0, edge - 2, whole.width, edge + 2)
        pixels.assert_alike(whole.crop(strip), wanted.crop(strip), mean=2.5)


@pytest.mark.parametrize("region, size, rest", [
    ((0, 0, WIDTH, HEIGHT), (800, 588), "0/default.png"),
    ((0, 0, WIDTH, HEIGHT), (2048, 1506), "0/default.png"),
    ((17, 1001, 4218, 3204), (701, 368), "0/default.png"),  # no multiple of anything
    ((6000, 4700, WIDTH, HEIGHT), (403, 9), "0/default.png"),  # the last pixels
    ((3001, 2001, 3002, 2002), (1, 1), "0/default.png"),
    ((0, 0, 2000, 1000), (400, 200), "180/default.png"),
    ((0, 0, 2000, 1000), (400, 200), "!0/default.png"),
])
def test_parts_of_any_size(org, image, scene, region, size, rest):
    wanted = judged(scene, region, size)
    if rest.startswith("180"):
        wanted = wanted.transpose(Image.ROTATE_180)
    if rest.startswith("!0"):
        wanted = wanted.transpose(Image.FLIP_LEFT_RIGHT)
    found = picture(org, tile_path(image, region, size, rest)).convert("RGB")
    pixels.assert_alike(found, wanted, mean=2)


def test_the_source_is_decoded_once(own_server, jpeg):
    """However many ask at once; without the file of the source the pyramid goes on giving tiles."""
    org = own_server.organization()
    image = org.add(jpeg, "large.jpg")["hash"]
    tiles = [tile_path(image, box, size) for box, size in grid(1).values()]
    first, rest = tiles[:16], tiles[16:]
    with ThreadPoolExecutor(len(first)) as clients:
        assert {answer.status_code for answer in clients.map(org.render, first)} == {200}
    assert own_server.metrics().renders() == len(first) + 1
    blobs = [file for file in own_server.data.rglob("*") if file.is_file() and file.stat().st_size == len(jpeg)]
    assert len(blobs) == 1
    blobs[0].unlink()
    assert {org.render(path).status_code for path in rest} == {200}
    assert own_server.metrics().renders() == len(tiles) + 1


def test_a_pyramid_outlives_the_process(own_server, jpeg):
    org = own_server.organization()
    image = org.add(jpeg, "large.jpg")["hash"]
    for path in (tile_path(image, *grid(1)[3, 3]), f"/_iiif/{image}/full/100,/0/default.jpg"):
        assert org.render(path).status_code == 200
    assert own_server.metrics().renders() == 4, "the pyramid and the overview, and a picture from each"
    own_server.stop()  # what was made has been written by then
    own_server.start()
    for path in (tile_path(image, *grid(1)[4, 3]), f"/_iiif/{image}/full/101,/0/default.jpg"):
        assert org.render(path).status_code == 200
    assert own_server.metrics().renders() == 2


def test_without_memory_for_it_the_pyramid_is_read_from_the_cache(start_server):
    server = start_server("[delivery]\nbase_bytes = 0\n")
    org = server.organization()
    image = org.add(pictures.photo(2500, 1900))["hash"]
    for width in (100, 101, 102):
        assert picture(org, f"/_iiif/{image}/full/{width},/0/default.jpg").width == width
    assert server.metrics().renders() == 4


def test_small_sources_have_no_pyramid(own_server):
    org = own_server.organization()
    image = org.add(pictures.photo(1200, 900))["hash"]
    assert org.render(f"/_iiif/{image}/0,0,512,512/512,512/0/default.jpg").status_code == 200
    assert own_server.metrics().renders() == 1


SOURCES = {
    "transparent": lambda s: with_alpha(s),
    "grey": lambda s: s.convert("L"),
    "palette": lambda s: s.quantize(128),
}


def on_white(image: Image.Image) -> Image.Image:
    """The colour of what can't be seen is nobody's business."""
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def with_alpha(image: Image.Image) -> Image.Image:
    result = image.convert("RGBA")
    result.putalpha(Image.linear_gradient("L").rotate(90).resize(image.size))
    return result


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_other_kinds_of_sources(org, kind):
    source = SOURCES[kind](pictures.scene(2500, 1901, seed=9))
    image = org.add(pictures.encode(source, "PNG"))["hash"]
    mode = "RGBA" if kind == "transparent" else "RGB"
    for factor in (1, 4):
        box, size = grid(factor, *source.size)[1, 0] if factor == 1 else grid(factor, *source.size)[0, 0]
        found = picture(org, tile_path(image, box, size))
        if kind == "grey":
            assert found.mode == "L"
        wanted = judged(source.convert(mode), box, size)
        pixels.assert_alike(on_white(found), on_white(wanted), mean=1.5)
        if kind == "transparent":
            assert found.mode == "RGBA"
            pixels.assert_alike(found.getchannel("A"), wanted.getchannel("A"), mean=1, largest=4, mode="L")


def test_a_turned_jpeg_has_an_upright_pyramid(org):
    source = pictures.scene(2600, 1700, seed=3)
    exif = source.getexif()
    exif[0x0112] = 6
    image = org.add(pictures.encode(source, "JPEG", quality=92, exif=exif))["hash"]
    upright = source.transpose(Image.ROTATE_270)
    for factor in (1, 2):
        box, size = grid(factor, *upright.size)[0, 1]
        pixels.assert_alike(picture(org, tile_path(image, box, size)).convert("RGB"), judged(upright, box, size), mean=2)


def test_a_source_longer_than_any_render(org):
    """What bounds renders does not bound the pyramid: the source was within its own limits."""
    source = pictures.scene(20000, 300, seed=5)
    image = org.add(pictures.encode(source, "PNG"))["hash"]
    box, size = grid(2, *source.size)[19, 0]
    pixels.assert_alike(picture(org, tile_path(image, box, size)).convert("RGB"), judged(source, box, size), mean=1.5)
    assert picture(org, f"/_iiif/{image}/full/2000,/0/default.jpg").size == (2000, 30)
