"""Files that are no images, that are broken, or that want to do harm. None costs more than itself."""

import http.server
import pathlib
import threading

import pytest

from harness import hostile_pictures, pictures, pixels
from harness.errors import assert_error
from harness.waiting import wait_until


@pytest.fixture
def refusing(new_org):
    """Uploads go to an organization in which nothing may be stored when the test ends."""
    yield new_org
    assert new_org.images().json()["total"] == 0


def halves(data: bytes) -> list[bytes]:
    return [data[:len(data) // 2], data[:len(data) * 9 // 10], data[:40]]


@pytest.mark.parametrize("name,data", [
    ("zero bytes", b""),
    ("one byte", b"\xff"),
    ("html", b"<!doctype html><html><body><img src=x></body></html>"),
    ("program", pathlib.Path("/bin/true").read_bytes()),
    ("zeroes", bytes(100_000)),
    ("head of a jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
    ("head of a png", b"\x89PNG\r\n\x1a\n"),
    ("head of a gif", b"GIF89a"),
    ("head of a webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
    ("head of an avif", b"\x00\x00\x00\x20ftypavif" + bytes(30)),
    ("head of a tiff", b"II*\x00\x08\x00\x00\x00"),
    ("pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"),
    ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"),
    ("imagemagick script", b"push graphic-context\nfill 'url(https://127.0.0.1/x)'\npop graphic-context"),
    ("empty xml", b"<?xml version='1.0'?><nothing/>"),
    ("portable bitmap", b"P6 2 2 255\n" + bytes(12)),
    ("broken svg", b"<svg xmlns='http://www.w3.org/2000/svg'><rect"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_image_is_refused(refusing, name, data):
    answer = refusing.upload(("a.jpg", data))
    assert_error(answer, 422)
    assert "a.jpg" in answer.json()["message"]


@pytest.mark.parametrize("part", range(3), ids=["half", "nine tenths", "head"])
@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "webp", "tiff", "avif", "animated gif", "heif", "jxl", "jp2", "bmp",
                                  "ico", "psd", "animated png"])
def test_truncated_files_are_refused(refusing, kind, part):
    samples = {**pictures.every_format(), "animated gif": pictures.animation("GIF"), "animated png": pictures.animation("PNG"),
               "jpg": pictures.photo(400, 300), "png": pictures.png(400, 300)}
    assert_error(refusing.upload(halves(samples[kind])[part]), 422)


def test_a_damaged_middle_is_refused(new_org):
    """Bytes in the middle overwritten: it begins and ends as it should."""
    data = bytearray(pictures.png(400, 300, seed=1100))
    data[len(data) // 2:len(data) // 2 + 64] = bytes(64)
    assert_error(new_org.upload(bytes(data)), 422)


def test_a_png_bomb(refusing, server):
    """30,000 x 30,000 pixels in 110 KB."""
    answer = refusing.upload(hostile_pictures.png_bomb())
    assert answer.status_code in (413, 422)
    assert "225000000" in answer.json()["message"], "the limit is named"


@pytest.mark.parametrize("side", [20_000, 60_000, 2_000_000_000])
def test_a_jpeg_2000_that_claims_to_be_huge(refusing, side):
    answer = refusing.upload(hostile_pictures.jp2_of_size(pictures.every_format()["jp2"], side, side))
    assert answer.status_code in (413, 422), answer.text


def test_a_gif_with_100000_frames(refusing):
    answer = refusing.upload(hostile_pictures.gif_of_frames(100_000))
    assert answer.status_code in (413, 422)
    assert "1000" in answer.json()["message"], "the limit is named"


def test_a_gif_with_many_large_frames(refusing):
    """Frames times pixels count: each frame alone is harmless."""
    answer = refusing.upload(hostile_pictures.gif_of_frames(900, 600, 600))
    assert answer.status_code in (413, 422)
    assert "225000000" in answer.json()["message"]


def test_a_gif_up_to_the_limit_is_fine(org):
    item = org.add(hostile_pictures.gif_of_frames(1000))
    assert item["animated"] is True
    data = org.render(f"/dynamic/noop/{item['hash']}.gif").content
    assert len(pixels.frames_of(data)) >= 1


def test_a_gif_whose_frames_end_early_is_refused(refusing):
    whole = hostile_pictures.gif_of_frames(50, 40, 40)
    assert_error(refusing.upload(whole[:len(whole) // 2]), 422)


def test_a_huge_svg(refusing):
    assert refusing.upload(hostile_pictures.huge_svg()).status_code in (413, 422)


@pytest.fixture
def secret_file(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("THE SECRET")
    path.chmod(0o644)
    return path


def test_an_svg_with_an_external_entity(new_org, secret_file):
    """Refused, or drawn without it: an entity must never bring a file in."""
    answer = new_org.upload(hostile_pictures.svg_with_external_entity(secret_file))
    if answer.status_code == 422:
        return
    assert answer.status_code == 201
    image = pixels.open_picture(new_org.render(f"/dynamic/noop/{answer.json()['items'][0]['hash']}.png").content)
    assert image.convert("RGBA").getextrema()[3] == (0, 0), "something was drawn"


def test_an_svg_with_a_file_link(new_org, tmp_path):
    stolen = tmp_path / "stolen.png"
    stolen.write_bytes(pictures.solid(pictures.RED, 100, 100))
    stolen.chmod(0o644)
    for path in (stolen, "/proc/self/environ"):
        answer = new_org.upload(hostile_pictures.svg_with_file_link(path))
        if answer.status_code == 422:
            continue
        assert answer.status_code == 201
        rendered = new_org.render(f"/dynamic/noop/{answer.json()['items'][0]['hash']}.png")
        if rendered.status_code == 422:
            continue
        assert rendered.status_code == 200
        assert pixels.is_near(pixels.colour_at(rendered.content, 0.5, 0.5), pictures.WHITE), "the file was read"


def test_an_svg_with_a_web_link_fetches_nothing(new_org):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"http://127.0.0.1:{site.server_address[1]}/a.png"
        answer = new_org.upload(hostile_pictures.svg_with_web_link(url))
        if answer.status_code == 201:
            new_org.render(f"/dynamic/resize-width-50/{answer.json()['items'][0]['hash']}.png")
        site.shutdown()
    assert asked == []


def test_an_svg_with_a_billion_laughs(new_org):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    svg = (f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]>'
           '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text>&l9;</text></svg>').encode()
    assert new_org.upload(svg).status_code in (413, 422)


def test_the_server_goes_on_after_all_of_it(own_server):
    """Every hostile file at once and again; then an ordinary one."""
    org = own_server.organization()
    hostile = [hostile_pictures.png_bomb(), hostile_pictures.gif_of_frames(100_000), hostile_pictures.huge_svg(), b"",
               pictures.photo(400, 300)[:5000]]
    threads = [threading.Thread(target=lambda data=data: org.upload(data)) for data in hostile * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hash_ = org.add(pictures.photo(64, 48))["hash"]
    assert org.render(f"/dynamic/resize-width-32/{hash_}.jpg").status_code == 200
    assert org.images().json()["total"] == 1
    wait_until(lambda: own_server.workers(), "a worker")


# Renders beyond the limits


@pytest.mark.parametrize("path,status,mentions", [
    ("/dynamic/resize-width-10000-height-10000-mode-absolute/{hash}.jpg", (200, 422), ""),
    ("/dynamic/resize-width-10000-height-10000-mode-absolute--o-dpr-2/{hash}.jpg", (422,), "limit is 100000000"),
    ("/dynamic/resize-width-10000-height-10000-mode-absolute--o-dpr-1.5/{hash}.jpg", (422,), "limit is 100000000"),
    ("/dynamic/resize-width-10000-height-1-mode-absolute--o-dpr-2/{hash}.jpg", (422,), "limit is 16383"),
])
@pytest.mark.time_limit(300)
def test_renders_beyond_a_limit_name_it(org, path, status, mentions):
    hash_ = org.add(pictures.photo(64, 48, seed=1101))["hash"]
    answer = org.render(path.format(hash=hash_))
    assert answer.status_code in status
    if answer.status_code == 422:
        assert mentions in answer.json()["message"]


@pytest.mark.parametrize("inside", [
    "<text y='8' font-size='1e9'>x</text>",
    "<g style='font-size:1000em'><g style='font-size:1000em'><text y='8'>x</text></g></g>",
    "<filter id='f'><feFlood x='0' y='0' width='1' height='1'/><feTile/></filter>"
    "<rect x='4' y='4' width='4' height='4' filter='url(#f)'/>",
], ids=["font-size", "font-size in em", "feTile"])
def test_drawings_that_librsvg_does_not_survive_cost_no_worker(start_server, inside):
    """Each killed two workers and was a 500."""
    server = start_server()
    before = server.workers()
    drawing = f"<svg viewBox='0 0 9 9' xmlns='http://www.w3.org/2000/svg'>{inside}</svg>".encode()
    assert_error(server.organization().upload(("a.svg", drawing)), 422)
    assert set(before) <= set(server.workers()), "what may take long may have got a further one"


def test_changes_of_drawings_that_librsvg_does_not_survive_cost_no_worker(start_server):
    """Without a key, by the dynamic stack: two workers a request."""
    server = start_server()
    org = server.organization()
    hash_ = org.add(b"<svg width='9' height='9' xmlns='http://www.w3.org/2000/svg'><text id='a' y='8'>x</text></svg>",
                    "a.svg")["hash"]
    before = server.workers()
    answer = org.render(f"/dynamic/svgdynamic-changes-[[%7Bid:'a',attr:'font-size',value:'1e9'%7D]]/{hash_}.png")
    assert_error(answer, 400)
    assert "font-size" in answer.json()["message"]
    assert server.workers() == before


def test_jpeg_2000_with_an_offset_costs_no_worker(org, server):
    """Renders of it held memory of the worker, another each time (libvips before 8.16)."""
    data = bytearray(pictures.every_format()["jp2"])
    size = data.index(b"\xff\x4f\xff\x51")
    data[size + 19] = 1  # XOsiz
    before = server.workers()
    answer = org.upload(bytes(data))
    assert answer.status_code in (200, 201, 422), answer.text
    if answer.ok:
        hash_ = answer.json()["items"][0]["hash"]
        first = org.render(f"/dynamic/noop/{hash_}.png")
        again = org.render(f"/dynamic/noop--crop-width-10000-height-10000/{hash_}.png")
        assert first.status_code == again.status_code == 200
        assert pixels.difference(first.content, again.content)[1] == 0, "nothing of the worker's memory is in it"
    assert server.workers() == before


def test_too_many_operations(org):
    hash_ = org.add(pictures.photo(64, 48, seed=1102))["hash"]
    path = "--".join(["blur-sigma-1"] * 51)
    answer = org.render(f"/dynamic/{path}/{hash_}.jpg")
    assert answer.status_code == 422
    assert "50" in answer.json()["message"]
