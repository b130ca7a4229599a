"""Camera RAW files and EPS as sources: what they show is the picture inside that other programs find there."""

import base64
import io
import json
import random
import sqlite3
import struct
import subprocess
from contextlib import closing

import pytest
from PIL import Image, ImageOps

from harness import pictures, pixels, raw_files
from harness.errors import assert_error

SMALL = pictures.encode(pictures.scene(16, 10, seed=1), "JPEG", quality=90)
MIDDLE = pictures.encode(pictures.scene(60, 40, seed=2), "JPEG", quality=90)
LARGE = pictures.encode(pictures.scene(121, 83, seed=3), "JPEG", quality=92)  # no side is a multiple of anything
PREVIEWS = (SMALL, MIDDLE, LARGE)

MIMETYPES = {"cr2": "image/x-canon-cr2", "cr3": "image/x-canon-cr3", "nef": "image/x-nikon-nef", "arw": "image/x-sony-arw",
             "dng": "image/x-adobe-dng", "orf": "image/x-olympus-orf", "rw2": "image/x-panasonic-rw2",
             "pef": "image/x-pentax-pef", "srw": "image/x-samsung-srw", "raf": "image/x-fuji-raf"}
MAKERS = {"cr2": "Canon", "cr3": "Canon", "nef": "NIKON CORPORATION", "arw": "SONY", "dng": "Example",
          "orf": "OLYMPUS CORPORATION", "rw2": "Panasonic", "pef": "PENTAX", "srw": "SAMSUNG"}
TELLING = [kind for kind in MIMETYPES if kind != "raf"]  # whose directories say how the camera was held


def raw(kind: str, **options) -> bytes:
    return raw_files.KINDS[kind](*PREVIEWS, **options)


def by_pillow(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def shown(org, data: bytes, name: str = "a.bin") -> tuple[dict, Image.Image]:
    item = org.add(data, name)
    render = org.render(f"/dynamic/noop/{item['hash']}.png")
    assert render.status_code == 200, render.text
    return item, pixels.open_picture(render.content)


def by_exiftool(data: bytes, path) -> Image.Image:
    """The largest of the pictures that it finds."""
    path.write_bytes(data)
    names = ("PreviewImage", "JpgFromRaw", "OtherImage", "ThumbnailImage")
    said = subprocess.run(["exiftool", "-j", "-b", "-a", "-G1", *(f"-{name}" for name in names), path],
                          capture_output=True, check=True).stdout
    found = [base64.b64decode(value[7:]) for value in json.loads(said)[0].values() if str(value).startswith("base64:")]
    return max(map(by_pillow, found), key=lambda image: image.width * image.height)


# What is shown


@pytest.mark.parametrize("kind", MIMETYPES)
def test_the_largest_preview_is_the_picture(org, kind):
    item, image = shown(org, raw(kind))
    assert (item["format"], item["mimetype"]) == (kind, MIMETYPES[kind])
    assert (item["width"], item["height"]) == (121, 83) == image.size
    assert item["opaque"] is True and item["animated"] is False
    pixels.assert_alike(image, by_pillow(LARGE), 0.5, 4)


@pytest.mark.parametrize("kind", [kind for kind in MIMETYPES if kind != "cr3"])
def test_it_is_the_one_that_exiftool_finds(org, kind, tmp_path):
    data = raw(kind)
    _, image = shown(org, data)
    pixels.assert_alike(image, by_exiftool(data, tmp_path / f"a.{kind}"), 0.5, 4)


def test_of_a_cr3_exiftool_finds_the_one_beside_the_tracks(org, tmp_path):
    """Debian 12's knows nothing of the JPEG in the first track."""
    assert by_exiftool(raw("cr3"), tmp_path / "a.cr3").size == (60, 40)
    data = raw("cr3").replace(LARGE, bytes(len(LARGE)))
    _, image = shown(org, data)
    pixels.assert_alike(image, by_exiftool(data, tmp_path / "b.cr3"), 0.5, 4)


@pytest.mark.parametrize("kind", [4, 8, 16, 0x10004], ids=["mask", "depth map", "enhanced", "semantic mask"])
def test_what_lies_beside_the_picture_is_not_it(org, kind):
    """Phones' depth maps have more pixels than their previews."""
    beside = pictures.encode(pictures.scene(242, 166, seed=4).convert("L"), "JPEG")
    file = raw_files.Directory({**raw_files.said(b"Example", 1), 0xc612: (1, 4, b"\1\4\0\0"), **raw_files.in_exif(LARGE), 0x014a: [
        raw_files.Directory({0x00fe: (raw_files.LONG, 1, struct.pack("<I", kind)), **raw_files.in_strip(beside, 7)})]})
    item, image = shown(org, raw_files.tiff(file))
    assert (item["format"], item["width"], item["height"]) == ("dng", 121, 83)
    pixels.assert_alike(image, by_pillow(LARGE), 0.5, 4)


def test_newer_panasonics_have_a_second_larger_one(org):
    _, image = shown(org, raw("rw2", newer=True))
    assert image.size == (121, 83)


@pytest.mark.parametrize("header", [b"OLYMPUS\0II\3\0", b"OM SYSTEM\0\0\0II\4\0"])
def test_notes_of_both_names_of_olympus_are_read(org, header, tmp_path):
    data = raw("orf", header=header)
    _, image = shown(org, data)
    assert image.size == (121, 83)
    pixels.assert_alike(image, by_exiftool(data, tmp_path / "a.orf"), 0.5, 4)


@pytest.mark.parametrize("kind", MIMETYPES)
def test_a_smaller_picture_of_it_is_that_of_the_jpeg_inside(org, kind):
    """Shrunk while it is decoded, too."""
    raw_hash, jpeg_hash = org.add(raw(kind))["hash"], org.add(LARGE)["hash"]
    for operations in ("resize-width-40", "resize-width-30-height-30-mode-fill--crop-width-30-height-20--grayscale"):
        answers = [org.render(f"/dynamic/{operations}/{hash_}.png") for hash_ in (raw_hash, jpeg_hash)]
        assert [answer.status_code for answer in answers] == [200, 200]
        pixels.assert_alike(answers[0].content, answers[1].content, 0, 0)


@pytest.mark.parametrize("kind", ["nef", "pef"])
def test_the_name_says_nothing(org, kind):
    assert org.add(raw(kind, orientation=3), "holiday.tif")["format"] == kind
    assert org.add(LARGE, "holiday.nef")["format"] == "jpg"


# How the camera was held


@pytest.mark.parametrize("kind", TELLING)
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_preview_is_turned_as_the_file_says(org, kind, orientation):
    item, image = shown(org, raw(kind, orientation=orientation))
    tagged = by_pillow(LARGE)
    tagged.getexif()[0x0112] = orientation
    wanted = ImageOps.exif_transpose(tagged)
    assert (item["width"], item["height"]) == wanted.size
    pixels.assert_alike(image, wanted, 0.5, 4)
    assert item["static_metadata"]["exif"]["orientation"] == orientation


@pytest.mark.parametrize("kind", MIMETYPES)
@pytest.mark.parametrize("own", [1, 6])
def test_what_a_preview_says_itself_counts_more(org, kind, own):
    upright = pictures.quadrants(122, 84)
    data = raw_files.KINDS[kind](SMALL, MIDDLE, pictures.oriented(upright, own), orientation=3)
    item, image = shown(org, data)
    assert (item["width"], item["height"]) == upright.size
    pixels.assert_alike(image, upright, 4)


@pytest.mark.parametrize("own", [0, 9, 65535])
def test_a_preview_that_says_nothing_of_it_with_a_number_leaves_it_to_the_file(org, own):
    exif = Image.Exif()
    exif[0x0112] = own
    upright = pictures.quadrants(122, 84)
    jpeg = pictures.encode(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, subsampling=0, exif=exif.tobytes())
    item, image = shown(org, raw_files.nef(SMALL, MIDDLE, jpeg, orientation=6))
    assert (item["width"], item["height"]) == upright.size
    pixels.assert_alike(image, upright, 4)


def test_a_turned_one_is_shrunk_to_the_size_that_is_asked_for(org):
    hash_ = org.add(raw("dng", orientation=6))["hash"]
    assert pixels.size_of(org.render(f"/dynamic/resize-width-20/{hash_}.jpg").content) == (20, 29)


# What is said of it


@pytest.mark.parametrize("kind", TELLING)
def test_it_says_what_the_camera_wrote(org, kind):
    exif = org.add(raw(kind))["static_metadata"]["exif"]
    assert (exif["make"], exif["model"], exif["copyright"]) == (MAKERS[kind], "A model", "Ursula Example")
    assert (exif["exposure_time"], exif["f_number"], exif["iso_speed_ratings"]) == (0.008, 5.6, 400)
    assert (exif["date_time_original"], exif["lens_model"]) == ("2024-05-01T12:34:56", "A lens")
    assert "orientation" not in exif
    if kind != "pef":
        assert exif["gps"] == {"latitude": 47.375, "longitude": 8.55}


def test_of_a_raf_the_jpeg_says_it(org):
    exif = Image.Exif()
    exif[0x010F] = "FUJIFILM"
    jpeg = pictures.encode(pictures.scene(64, 48), "JPEG", exif=exif.tobytes())
    item = org.add(raw_files.raf(SMALL, MIDDLE, jpeg))
    assert item["static_metadata"]["exif"]["make"] == "FUJIFILM"


def test_a_dng_brings_its_xmp(org):
    xmp = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
           b'<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Bern"/></rdf:RDF></x:xmpmeta>')
    assert org.add(raw("dng", xmp=xmp))["static_metadata"]["xmp"]["photoshop"]["city"] == "Bern"


def test_renders_say_nothing_of_it(org):
    hash_ = org.add(raw("nef", orientation=6))["hash"]
    for format_ in ("jpg", "png", "webp"):
        answer = org.render(f"/dynamic/noop/{hash_}.{format_}")
        assert b"Ursula" not in answer.content and b"NIKON" not in answer.content
        assert not Image.open(io.BytesIO(answer.content)).getexif()


# The file itself


@pytest.mark.parametrize("kind", MIMETYPES)
@pytest.mark.parametrize("optimized", ["false", "true", "jpg"])
def test_the_file_stays_as_it_is(new_org, kind, optimized):
    data = raw(kind, orientation=8)
    answer = new_org.upload((f"holiday.{kind}", data), fields={"optimize_source": optimized})
    assert answer.status_code in (200, 201), answer.text
    hash_ = answer.json()["items"][0]["hash"]
    download = new_org.image(hash_, "/download")
    assert download.content == data
    assert download.headers["Content-Type"] == MIMETYPES[kind]


def test_a_render_is_named_after_what_it_is(new_org):
    hash_ = new_org.add(raw("cr3"), "holiday.cr3")["hash"]
    new_org.stack("saved", {"name": "noop"}, content_disposition="attachment")
    assert new_org.render(f"/saved/{hash_}.jpg").headers["Content-Disposition"] == 'attachment; filename="holiday.jpg"'


@pytest.mark.parametrize("kind", [*MIMETYPES, "eps"])
def test_none_is_written(org, kind):
    hash_ = org.add(LARGE)["hash"]
    assert_error(org.render(f"/dynamic/noop/{hash_}.{kind}"), 415)


# What is no RAW


@pytest.mark.parametrize("compression", ["raw", "jpeg", "tiff_lzw"])
@pytest.mark.parametrize("make", ["NIKON CORPORATION", "SONY", "PENTAX", "SAMSUNG", "Canon"])
def test_a_tiff_of_a_camera_is_a_tiff(org, make, compression):
    scene = pictures.scene(61, 37, seed=5)
    data = pictures.encode(scene, "TIFF", tiffinfo={271: make}, compression=compression)
    item, image = shown(org, data, "a.nef")
    assert (item["format"], item["width"], item["height"]) == ("tiff", 61, 37)
    pixels.assert_alike(image, by_pillow(data), 1, 8)


def test_a_raw_of_an_unknown_maker_is_the_tiff_that_it_was(org):
    """Its thumbnail, or nothing where libtiff can't read it: nothing says what its directories mean."""
    data = raw("nef").replace(b"NIKON CORPORATION", b"Somebody else    ")
    item, image = shown(org, data)
    assert (item["format"], item["width"], item["height"]) == ("tiff", 16, 10)


def test_a_raw_that_was_stored_as_a_tiff_is_still_shown_as_one(start_server):
    """Before RAW was read it was taken for one; folders live on."""
    server = start_server()
    org = server.organization()
    hash_ = org.add(raw("nef"))["hash"]
    with closing(sqlite3.connect(server.data / "catalog.sqlite", timeout=60)) as database, database:
        database.execute("UPDATE images SET format = 'tiff', width = 16, height = 10")
    answer = org.render(f"/dynamic/resize-width-8/{hash_}.png")
    assert answer.status_code == 200, answer.text
    assert pixels.size_of(answer.content) == (8, 5)
    layers = org.render(f"/dynamic/composition-width-50-height-50-secondary_image-{hash_}/{hash_}.png")
    assert layers.status_code == 200, layers.text


# What is refused


LOSSLESS = raw_files.packed_sensor()


@pytest.mark.parametrize("kind", MIMETYPES)
def test_one_without_a_preview_is_refused(org, kind):
    answer = org.upload(raw_files.KINDS[kind](LOSSLESS, LOSSLESS, LOSSLESS))
    assert_error(answer, 422)
    message = answer.json()["message"]
    assert f"{kind.upper()} file" in message and "no preview" in message and "largest JPEG" in message


@pytest.mark.parametrize("kind", MIMETYPES)
def test_a_preview_that_lost_a_part_is_refused(org, kind):
    torn = LARGE[:len(LARGE) // 2]
    assert_error(org.upload(raw_files.KINDS[kind](SMALL, MIDDLE, torn)), 422)


@pytest.mark.parametrize("kind", MIMETYPES)
def test_one_that_ends_in_its_preview_is_refused(org, kind):
    data = raw(kind)
    answer = org.upload(data[:data.index(LARGE) + len(LARGE) - 10])
    assert_error(answer, 422)


@pytest.mark.parametrize("kind", MIMETYPES)
def test_limits_are_those_of_other_sources(org, kind):
    """Before anything is decoded: 60,000 x 60,000 pixels are claimed."""
    frame = LARGE.index(b"\xff\xc0")
    huge = LARGE[:frame + 5] + struct.pack(">HH", 60_000, 60_000) + LARGE[frame + 9:]
    answer = org.upload(raw_files.KINDS[kind](SMALL, MIDDLE, huge))
    assert_error(answer, 413)
    assert "render.max_source_pixels" in answer.json()["message"]


# EPS


def tiff_of(image: Image.Image, **options) -> bytes:
    return pictures.encode(image, "TIFF", **options)


SCENE = pictures.scene(61, 37, seed=7)


@pytest.mark.parametrize("preview", [SCENE, SCENE.convert("L"), SCENE.convert("1"), SCENE.quantize(64)],
                         ids=["rgb", "grey", "1 bit", "palette"])
def test_of_an_eps_the_preview_is_shown(org, preview):
    item, image = shown(org, raw_files.eps(tiff_of(preview)))
    assert (item["format"], item["mimetype"], item["width"], item["height"]) == ("eps", "application/postscript", 61, 37)
    pixels.assert_alike(image, preview, 0, 0)


def test_of_two_previews_of_an_eps_the_tiff_counts(org):
    _, image = shown(org, raw_files.eps(tiff_of(SCENE, compression="packbits"), metafile=b"\xd7\xcd\xc6\x9a" + bytes(40)))
    pixels.assert_alike(image, SCENE, 0, 0)


def test_an_eps_stays_as_it_is(new_org):
    data = raw_files.eps(tiff_of(SCENE))
    answer = new_org.upload(("logo.eps", data), fields={"optimize_source": "true"})
    assert answer.status_code in (200, 201), answer.text
    download = new_org.image(answer.json()["items"][0]["hash"], "/download")
    assert (download.content, download.headers["Content-Type"]) == (data, "application/postscript")


@pytest.mark.parametrize("data,why", [
    (raw_files.eps(), "no preview"),
    (raw_files.eps(metafile=b"\xd7\xcd\xc6\x9a" + bytes(40)), "Windows metafile"),
    (raw_files.eps(SMALL), "no TIFF"),
    (raw_files.eps(tiff_of(SCENE))[:-100], "cut off"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n", "PostScript"),
], ids=["none", "metafile", "no TIFF", "cut off", "text"])
def test_an_eps_without_a_tiff_preview_is_refused(org, data, why):
    answer = org.upload(("logo.eps", data))
    assert_error(answer, 422)
    message = answer.json()["message"]
    assert why in message and "TIFF preview" in message


# What strangers send

DAMAGED = 60


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, most of them where directories lie; a part cut out, doubled or lost."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(min(len(changed), chance.choice((64, 1500, len(changed)))))
        changed[at] = chance.choice((0, 1, 2, 0x7f, 0x80, 0xff, chance.randrange(256)))
    if chance.random() < 0.2:
        at, length = chance.randrange(len(changed)), chance.randrange(200)
        changed[at:at + length] = b"" if chance.random() < 0.5 else changed[at:at + length] * 2
    return bytes(changed[:chance.randrange(len(changed))] if chance.random() < 0.15 else changed)


@pytest.mark.parametrize("kind", [*MIMETYPES, "eps"])
def test_damaged_files_cost_no_worker(start_server, kind):
    server = start_server()
    org = server.organization()
    data = raw_files.eps(tiff_of(SCENE)) if kind == "eps" else raw(kind, orientation=6)
    chance, statuses = random.Random(kind), set()
    before = set(server.workers())
    for _ in range(DAMAGED):
        answer = org.upload(damaged(data, chance))
        statuses.add(answer.status_code)
        if answer.ok:
            render = org.render(f"/dynamic/resize-width-30/{answer.json()['items'][0]['hash']}.jpg")
            statuses.add(render.status_code)
    assert statuses <= {200, 201, 413, 415, 422}, statuses
    assert before <= set(server.workers()), "a worker was lost"

