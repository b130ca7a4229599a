"""What a file says of itself: EXIF, IPTC and XMP as written by other programs, and the colours of its picture."""

import io
import json
import random
import struct

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from harness import catalog, file_metadata, pictures, pixels
from harness.errors import assert_error
from harness.file_metadata import APP1, APP13


def said(org, data: bytes) -> dict:
    return org.add(data)["static_metadata"]


@pytest.fixture(scope="module")
def travels(server):
    """Two pictures with places and dates, and one that says nothing."""
    org = server.organization()
    sydney = file_metadata.with_exif("Rollei", 2.8, "2017:01:29 12:34:56", gps=file_metadata.SYDNEY, seed=1)
    berne = file_metadata.with_exif("Leica", 11.0, "2019:07:01 08:00:00", seed=2)
    berne = file_metadata.with_iptc(berne, (25, b"lake"), (25, b"sun"), (120, b"By the lake"))
    berne = file_metadata.with_xmp(berne, "<xmp:Rating>4</xmp:Rating><photoshop:City>Berne</photoshop:City>")
    org.items = [org.add(data) for data in (sydney, berne, pictures.png(30, 20))]
    return org


def test_exif_iptc_and_xmp_are_shown(travels):
    sydney, berne, nothing = (item["static_metadata"] for item in travels.items)
    assert sydney["exif"] == {
        "make": "Rollei", "f_number": 2.8, "date_time_original": "2017-01-29T12:34:56+02:00",
        "gps": {"latitude": -33.8585, "longitude": 151.21, "altitude": 58.5}}
    assert berne["iptc"] == {"keywords": ["lake", "sun"], "caption": "By the lake"}
    assert berne["xmp"] == {"xmp": {"rating": 4}, "photoshop": {"city": "Berne"}}
    assert set(nothing) == {"image_colors"}
    shown = travels.image(travels.items[0]["hash"]).json()
    assert shown["static_metadata"] == sydney
    listed = travels.images(name="*", width=60).json()["items"]
    assert {item["hash"]: item["static_metadata"] for item in listed}[shown["hash"]] == sydney


@pytest.mark.parametrize("query, numbers", [
    ({"static:str:exif:make": "Rollei"}, [0]),
    ({"static:exif:make": "L*"}, [1]),
    ({"static:double:exif:f_number": "2.8"}, [0]),
    ({"static:double:exif:f_number": "[4,}"}, [1]),
    ({"static:date:exif:date_time_original": "['2018-01-01',}"}, [1]),
    ({"static:date:exif:date_time_original": "2017-01-29T10:34:56Z"}, [0]),
    ({"static:double:exif:gps:latitude": "[-40,-30]", "static:double:exif:gps:longitude": "[150,160]"}, [0]),
    ({"static:array:iptc:keywords": "lake"}, [1]),
    ({"static:int:xmp:xmp:rating": "[4,]"}, [1]),
    ({"static:date:exif:date_time_original": "*", "sort": "static:double:exif:f_number desc"}, [1, 0]),
    ({"static:array:image_colors:palette": "*"}, [2, 1, 0]),
], ids=lambda value: json.dumps(value) if isinstance(value, dict) else "")
def test_it_is_searched(travels, query, numbers):
    answer = travels.images(**query)
    assert answer.status_code == 200, answer.text
    hashes = [item["hash"] for item in travels.items]
    assert [hashes.index(item["hash"]) for item in answer.json()["items"]] == numbers


def test_keywords_are_counted(travels):
    facets = travels.images(facets="static:array:iptc:keywords").json()["facets"]["static:array:iptc:keywords"]
    assert sorted((facet["value"], facet["count"]) for facet in facets) == [("lake", 1), ("sun", 1)]


def test_a_type_that_is_none_is_named(travels):
    assert_error(travels.images(**{"static:date": "x"}), 400)


def test_who_only_uploads_reads_nobodys_metadata(server, travels):
    uploader = travels.with_key(server.create_user(travels.organization, "upload")["api_key"])
    assert_error(uploader.image(travels.items[0]["hash"]), 403)
    assert_error(uploader.images(), 403)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif", "tif"])
def test_renders_say_nothing_of_it(travels, suffix):
    answer = travels.render(f"/dynamic/noop/{travels.items[0]['hash']}.{suffix}")
    assert answer.status_code == 200
    assert b"Rollei" not in answer.content and b"GPS" not in answer.content
    if suffix != "avif":
        assert not Image.open(io.BytesIO(answer.content)).getexif().get(file_metadata.GPS_IFD)


def test_the_original_keeps_it(travels):
    downloaded = travels.image(travels.items[0]["hash"], "/download")
    assert b"Rollei" in downloaded.content


def test_the_colours_are_those_of_the_picture(new_org):
    left = Image.new("RGB", (300, 100), (10, 20, 200))
    left.paste((250, 240, 30), (200, 0, 300, 100))
    assert said(new_org, pictures.encode(left, "PNG"))["image_colors"] == {
        "dominant": "0a14c8", "palette": ["0a14c8", "faf01e"], "shares": [67, 33]}
    glass = Image.new("RGBA", (30, 20), (255, 0, 0, 0))
    assert said(new_org, pictures.encode(glass, "PNG")) == {}


def test_other_formats_have_it_too(new_org):
    exif = Image.Exif()
    exif[file_metadata.MODEL] = "T"
    rating = file_metadata.xmp("<xmp:Rating>3</xmp:Rating>")
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", rating.decode())
    picture = pictures.scene(30, 20)
    for data in (pictures.encode(picture, "WEBP", exif=exif.tobytes(), xmp=rating),
                 pictures.encode(picture, "PNG", exif=exif, pnginfo=info)):
        metadata = said(new_org, data)
        assert (metadata["exif"], metadata["xmp"]) == ({"model": "T"}, {"xmp": {"rating": 3}})


# ---- What strangers may write ----------------------------------------------------------------------------

def hostile() -> dict[str, bytes]:
    jpeg = pictures.photo(40, 30)
    noise = random.Random(7).randbytes(60_000)
    little_endian = b"Exif\0\0II*\0\x08\0\0\0"
    many = "".join(f"<photoshop:P{i}>x</photoshop:P{i}>" for i in range(1400))
    text = '<photoshop:City>&quot;%s</photoshop:City>' % ("\U0001f34a" * 3000)
    deep = "<photoshop:A rdf:parseType='Resource'>" * 500 + "</photoshop:A>" * 500
    return {
        "thousands of properties": file_metadata.with_xmp(jpeg, many),
        "a long text": file_metadata.with_xmp(jpeg, text),
        "nesting": file_metadata.with_xmp(jpeg, deep),
        "no XML": file_metadata.with_xmp(jpeg, "<dc:title>"),
        "controls": file_metadata.with_iptc(jpeg, (120, b"a\x00b\x1b[2J\xff\xfe"), (25, b"\x80\x81")),
        "thousands of keywords": file_metadata.with_iptc(jpeg, *[(25, b"k%d" % i) for i in range(5000)]),
        "noise as IPTC": file_metadata.with_segment(jpeg, APP13, b"Photoshop 3.0\0" + noise),
        "noise as EXIF": file_metadata.with_segment(jpeg, APP1, little_endian + noise),
        "noise as XMP": file_metadata.with_segment(jpeg, APP1, file_metadata.XMP_MARKER + noise),
        "EXIF that is a part of itself": file_metadata.with_segment(
            jpeg, APP1, little_endian + struct.pack("<HHHIII", 1, file_metadata.EXIF_IFD, 4, 1, 8, 8)),
    }


@pytest.mark.parametrize("what", hostile())
def test_hostile_metadata_costs_nothing_but_itself(server, new_org, what):
    answer = new_org.upload(hostile()[what])
    assert answer.status_code == 201, answer.text
    item = answer.json()["items"][0]
    metadata = item["static_metadata"]
    assert len(json.dumps(metadata, ensure_ascii=False).encode()) < 65_536
    assert "\x00" not in json.dumps(metadata) and "\x1b" not in json.dumps(metadata)
    assert pixels.size_of(new_org.render(f"/dynamic/noop/{item['hash']}.png").content) == (40, 30)
    assert new_org.images().json()["total"] == 1


def test_what_is_left_out_is_named(new_org):
    jpeg = pictures.photo(40, 30)
    assert said(new_org, file_metadata.with_xmp(jpeg, f"<photoshop:City>{'x' * 9000}</photoshop:City>"))["left_out"] == [
        "xmp:photoshop:city"]
    assert said(new_org, file_metadata.with_iptc(jpeg, *[(25, b"k")] * 101))["left_out"] == ["iptc:keywords"]


def test_an_upload_of_the_same_file_reads_it_anew(server, new_org):
    """Of images that came before there was such metadata."""
    data = file_metadata.with_exif("Rollei", 2.8, "2017:01:29 12:34:56", seed=3)
    before = new_org.add(data)
    catalog.by_hand(server, "UPDATE images SET static_metadata = '{}' WHERE hash = ?", before["hash"])
    assert new_org.image(before["hash"]).json()["static_metadata"] == {}
    again = new_org.upload(data)
    assert again.status_code == 200 and again.json()["items"][0]["static_metadata"] == before["static_metadata"]
