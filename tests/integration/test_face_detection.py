"""Faces that the server looks for: an empty detection_face asks for it, at the upload or later. The portraits are drawn, so
that it is known where their eyes are."""

import base64
import json

import pytest
from PIL import Image

from harness import documents, fonts, pictures, pixels, portraits, raw_http, vips
from harness.errors import assert_error
from harness.processes import hold_still
from harness.waiting import wait_until

PLACE = (portraits.SIDE, 40, 60)
NOBODY = pictures.photo(480, 320, seed=311)
EMPTY = [{}, [], {"width": None, "height": None, "x": None, "y": None}]  # the last two as PHP writes it


@pytest.fixture
def org(new_org):
    return new_org


def looked_for(org, data, name="a.jpg", **more):
    """The image of an upload that asks for its face."""
    answer = org.upload((name, data), fields={"meta_dynamic[0]": json.dumps({"detection_face": {}, **more})})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]


def put(org, hash_, value=None, name="detection_face", **query):
    return org.image(hash_, f"/meta/dynamic/{name}", "PUT", data=json.dumps({} if value is None else value), params=query)


def assert_found(image, side=PLACE[0], left=PLACE[1], top=PLACE[2]):
    """Around eyes and mouth of the portrait there, and not much more."""
    face = image["dynamic_metadata"]["detection_face"]
    assert set(face) == {"x", "y", "width", "height"}
    right, bottom = face["x"] + face["width"], face["y"] + face["height"]
    eye_left, eyes_top, eye_right, mouth_bottom = portraits.eyes_and_mouth_at(side, left, top)
    assert face["x"] < eye_left and eye_right < right and face["y"] < eyes_top and mouth_bottom < bottom, face
    assert face["width"] < side * 0.65 and face["height"] < side * 0.65, face
    assert 0 <= face["x"] and right <= image["width"] and 0 <= face["y"] and bottom <= image["height"]


@pytest.mark.parametrize("empty", EMPTY, ids=str)
def test_on_demand(org, empty):
    image = org.add(portraits.photo())
    answer = put(org, image["hash"], empty)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert_found(found)
    assert found["hash"] != image["hash"] and found["binary_hash"] == image["binary_hash"]
    assert answer.headers["Location"] == f"/sourceimages/{org.organization}/{found['hash']}"
    assert org.image(found["hash"]).json() == found
    assert org.image(image["hash"]).json() == image, "the image as it was is still there"
    again = put(org, found["hash"], empty)
    assert (again.status_code, again.content) == (204, b""), "the same face is found again"
    assert again.headers["Location"].endswith(found["hash"])


@pytest.mark.parametrize("empty", EMPTY, ids=str)
def test_at_the_upload(org, empty):
    plain = org.add(portraits.photo())
    fields = {"meta_dynamic[0]": json.dumps({"detection_face": empty})}
    first, again = (org.upload(portraits.photo(), fields=fields) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    image = first.json()["items"][0]
    assert_found(image)
    assert again.json()["items"][0]["hash"] == image["hash"], "the same upload has the same hash"
    told = org.upload(portraits.photo(), fields={"meta_dynamic[0]": json.dumps(image["dynamic_metadata"])})
    assert told.json()["items"][0]["hash"] == image["hash"], "as has one that says where the face is"
    assert put(org, plain["hash"]).json()["hash"] == image["hash"]
    assert plain["dynamic_metadata"] == {}, "nobody asked there, and the hash is the file's alone"


def test_several_files_of_one_upload(org):
    fields = {"meta_dynamic[0]": '{"detection_face": {}}', "meta_dynamic[2]": '{"detection_face": {}}'}
    answer = org.upload(portraits.photo(), portraits.photo((320, 240), (150, 10, 20)), NOBODY, fields=fields)
    one, other, third = answer.json()["items"]
    assert_found(one)
    assert other["dynamic_metadata"] == {} == third["dynamic_metadata"]


def test_where_there_is_none_nothing_changes(org):
    image = org.add(NOBODY)
    for query in ({}, {"keepHash": "true"}, {"deletePrevious": "true"}):
        answer = put(org, image["hash"], **query)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        assert answer.headers["Location"].endswith(image["hash"])
    assert looked_for(org, NOBODY)["hash"] == image["hash"], "an upload is as if nobody had asked"
    assert org.images().json()["items"] == [image]


def test_what_was_said_before_stays_where_there_is_none(org):
    area = {"x": 1, "y": 2, "width": 3, "height": 4}
    image = put(org, org.add(NOBODY)["hash"], area).json()
    assert put(org, image["hash"]).status_code == 204
    assert org.image(image["hash"]).json()["dynamic_metadata"] == {"detection_face": area}


def test_other_metadata_stay(org):
    said = {"detection_eyemouth": {"x": 1, "y": 2, "width": 3, "height": 4}, "version": {"text": "2"}}
    image = looked_for(org, portraits.photo(), **said)
    assert_found(image)
    found = image["dynamic_metadata"]["detection_face"]
    assert image["dynamic_metadata"] == {"detection_face": found, **said}
    plain = org.upload(portraits.photo(), fields={"meta_dynamic[0]": json.dumps(said)}).json()["items"][0]
    assert put(org, plain["hash"]).json()["hash"] == image["hash"]


def test_a_face_that_was_said_gives_way_to_one_that_is_found(org):
    said = {"x": 1, "y": 2, "width": 3, "height": 4, "landmarks": {"eyeLeft": {"x": 1, "y": 2}}}
    image = put(org, org.add(portraits.photo())["hash"], said).json()
    assert_found(put(org, image["hash"]).json())


@pytest.mark.parametrize("empty", EMPTY, ids=str)
def test_eyes_and_mouth_are_not_looked_for(org, empty):
    """It would say that they are there, and nothing of where."""
    image = org.add(portraits.photo())
    fields = {"meta_dynamic[0]": json.dumps({"detection_face": {}, "detection_eyemouth": empty})}
    for answer in put(org, image["hash"], empty, name="detection_eyemouth"), org.upload(portraits.photo(), fields=fields):
        assert_error(answer, 501)
        assert "eyes and mouth" in answer.json()["message"]
    assert org.images().json()["items"] == [image]


def test_the_largest_face_is_meant(org):
    image = looked_for(org, portraits.photo((640, 480), (120, 10, 20), (300, 250, 130), (150, 480, 0)))
    assert_found(image, 300, 250, 130)


@pytest.mark.parametrize("size, place", [((4000, 3000), (1600, 1200, 700)), ((160, 120), (110, 20, 5)), ((200, 200), (200, 0, 0)),
                                         ((1280, 960), (230, 500, 300))])
def test_large_and_small_images(org, size, place):
    assert_found(looked_for(org, portraits.photo(size, place)), *place)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_that_lies_on_its_side(org, orientation):
    """The face is told on the upright image."""
    assert_found(looked_for(org, pictures.oriented(portraits.with_portraits((480, 320), PLACE), orientation)))


def _translucent(image):
    image.putalpha(255)
    return pictures.encode(image, "PNG")


def _animation(image):
    nobody = Image.new("RGB", image.size, pictures.BLUE)
    return pictures.encode(image, "WEBP", save_all=True, append_images=[nobody], quality=95)


KINDS = {
    "grey.png": lambda image: pictures.encode(image.convert("L"), "PNG"),
    "opacity.png": _translucent,
    "sixteen.png": lambda image: vips.convert(pictures.encode(image, "PNG"), ".png", ("colourspace", "rgb16")),
    "ink.jpg": lambda image: pictures.encode(image.convert("CMYK"), "JPEG", quality=95),
    "animation.webp": _animation,
    "photo.avif": lambda image: vips.convert(pictures.encode(image, "PNG"), ".avif"),
    "paper.pdf": lambda image: pictures.encode(image, "PDF", resolution=96, quality=95),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_picture(org, name):
    image = looked_for(org, KINDS[name](portraits.with_portraits((480, 320), PLACE)), name)
    grown = image["width"] / 480  # a document has points, and is told in pixels of its own
    assert_found(image, *(place * grown for place in PLACE))


def test_a_drawing(org):
    png = base64.b64encode(pictures.encode(portraits.with_portraits((480, 320), PLACE), "PNG")).decode()
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640" viewBox="0 0 480 320">'
           f'<image width="480" height="320" href="data:image/png;base64,{png}"/></svg>')
    assert_found(looked_for(org, svg.encode(), "a.svg"), *(2 * place for place in PLACE))


def test_what_is_no_picture_has_no_face(org):
    answer = org.upload(("a.ttf", fonts.sans()), fields={"meta_dynamic[0]": '{"detection_face": {}}'})
    assert_error(answer, 415)
    assert org.images().json()["total"] == 0
    font = org.add(fonts.sans(), "a.ttf")
    assert_error(put(org, font["hash"]), 415)
    paper = org.add(documents.pdf(), "a.pdf")
    assert put(org, paper["hash"]).status_code == 204
    assert_error(put(org, "0" * 40), 404)
    org.image(paper["hash"], method="DELETE")
    assert_error(put(org, paper["hash"]), 404)


def test_options_of_the_change(org):
    image = org.add(portraits.photo())
    org.point("portrait", image["hash"])
    found = put(org, image["hash"], deletePrevious="true").json()
    assert org.alias("portrait").json()["hash"] == found["hash"]
    assert_error(org.image(image["hash"]), 404)
    other = org.add(portraits.photo((320, 240), (200, 20, 20)))
    kept = put(org, other["hash"], keepHash="true")
    assert kept.status_code == 201 and kept.headers["Warning"].startswith("299")
    assert kept.json()["hash"] == other["hash"]
    assert_found(kept.json(), 200, 20, 20)
    assert_error(put(org, other["hash"], keepHash="true", deletePrevious="true"), 400)


def test_a_locked_image_keeps_what_it_has(org):
    image = org.add(portraits.photo())
    assert org.image(image["hash"], "/options/locked", "PUT", data="true").status_code in (200, 204)
    for query in ({"keepHash": "true"}, {"deletePrevious": "true"}):
        assert_error(put(org, image["hash"], **query), 403)
    assert put(org, image["hash"]).status_code == 201, "another image is no change of it"
    assert org.image(image["hash"]).json()["dynamic_metadata"] == {}


def drawn(org, path):
    answer = org.render(path)
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def test_crops_and_formulas_use_what_was_found(org):
    image = looked_for(org, portraits.photo((900, 500), (200, 650, 150)))
    face = image["dynamic_metadata"]["detection_face"]
    hash_ = image["hash"]
    assert drawn(org, f"/dynamic/crop-width-1-height-1-mode-box-anchor-face/{hash_}.png").size == (face["width"], face["height"])
    around = drawn(org, f"/dynamic/crop-width-60-height-60/{hash_}.png").convert("RGB")
    left, top = (face[start] + face[side] / 2 - 30 for start, side in (("x", "width"), ("y", "height")))
    part = portraits.with_portraits((900, 500), (200, 650, 150)).crop((left, top, left + 60, top + 60))
    pixels.assert_alike(around, part, mean=8)
    org.stack("avatar", {"name": "crop", "options": {"anchor": "face"}, "expressions": {
        "width": "image.hasDetectionFace ? image.detection_face.height * 1.5 : 10",
        "height": "image.hasDetectionFace ? image.face_detection.height * 1.5 : 10"}})
    side = round(face["height"] * 1.5)
    assert max(abs(length - side) for length in drawn(org, f"/avatar/{hash_}.png").size) <= 1


def test_who_may_only_upload(server, org):
    """Sees what was found in what he sent, also where the image was there already."""
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    for _ in range(2):
        image = looked_for(uploader, portraits.photo())
        assert_found(image)
    assert_error(put(uploader, image["hash"]), 403)


def test_switched_off(start_server):
    server = start_server("[render]\nface_detection = false\n")
    org = server.organization()
    image = org.add(portraits.photo())
    for answer in (put(org, image["hash"]),
                   org.upload(portraits.photo(), fields={"meta_dynamic[0]": '{"detection_face": {}}'})):
        assert_error(answer, 501)
        assert "render.face_detection" in answer.json()["message"]
    assert org.images().json()["items"] == [image]
    assert put(org, image["hash"], {"x": 1, "y": 2}).status_code == 201, "who knows where it is may say so"


def test_who_asks_and_leaves_keeps_no_place(start_server):
    """The face was looked for when nobody waited for it any more, and others waited behind it."""
    server = start_server("[render]\nworkers = 1\njob_timeout = 600\nqueue_timeout = 600\n")
    org = server.organization()
    hash_ = org.add(portraits.photo())["hash"]

    def ask() -> raw_http.Connection:
        connection = raw_http.Connection(server.port)
        connection.send(f"PUT /sourceimages/{org.organization}/{hash_}/meta/dynamic/detection_face HTTP/1.1\r\nHost: x\r\n"
                        f"Api-Key: {org.key}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        return connection

    def waiting():
        return server.metrics().total("rucola_render_queue_jobs")

    for worker in server.workers():
        hold_still(worker)
    asking = [ask() for _ in range(3)]
    wait_until(lambda: waiting() == 2, "two of them to wait for the only worker")
    for connection in asking:
        connection.socket.close()
    wait_until(lambda: waiting() == 0, "their places to be free")
    assert server.metrics().total("rucola_render_jobs_total", result="abandoned") >= 2
    server.kill()
