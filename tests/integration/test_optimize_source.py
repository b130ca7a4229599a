"""optimize_source: another file is stored than was sent, and the image is still the one that was sent."""

import hashlib
import io

import pytest
from PIL import Image, ImageCms

from harness import bitmaps, pictures, pixels
from harness.errors import assert_error
from harness.server import Rucola


@pytest.fixture(scope="module")
def server():
    with Rucola() as running:
        yield running


@pytest.fixture
def org(server):
    return server.organization()


SCENE = pictures.scene(120, 90, seed=3)


def tiff(image: Image.Image, **options) -> bytes:
    return pictures.encode(image, "TIFF", **options)


def upload(org, data, value, **fields):
    return org.upload(("scan.tif", data), fields={"optimize_source": value, **fields})


def item_of(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["items"][0]


def stored(org, item) -> Image.Image:
    answer = org.image(item["hash"], "/download")
    assert answer.status_code == 200
    return pixels.open_picture(answer.content)


@pytest.mark.parametrize("value", ["true", "1"])
def test_a_tiff_becomes_a_png_with_the_same_pixels(org, value):
    data = tiff(SCENE)
    item = item_of(upload(org, data, value))
    assert (item["format"], item["mimetype"], item["name"]) == ("png", "image/png", "scan.tif")
    assert item["binary_hash"] == hashlib.sha1(data).hexdigest()
    assert (item["width"], item["height"]) == (120, 90)
    assert item["size"] < len(data)
    answer = org.image(item["hash"], "/download")
    assert answer.headers["Content-Type"] == "image/png" and len(answer.content) == item["size"]
    assert pixels.open_picture(answer.content).tobytes() == SCENE.tobytes()


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels_that_a_png_has(org, mode):
    image = SCENE.convert("L").convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" \
        else SCENE.convert(mode)
    if "A" in mode:
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    item = item_of(upload(org, tiff(image), "true"))
    assert item["format"] == "png"
    assert list(stored(org, item).getdata()) == list(image.getdata())
    assert item["opaque"] is ("A" not in mode)


def test_the_profile_stays_and_renders_show_the_same(org):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = tiff(SCENE, icc_profile=profile)
    as_sent = server_render(org, item_of(org.upload(("a.tif", data), fields={"meta_dynamic[0][version]": '{"text":"1"}'})))
    item = item_of(upload(org, data, "true"))
    assert stored(org, item).info["icc_profile"] == profile
    assert server_render(org, item) == as_sent


def server_render(org, item) -> bytes:
    answer = org.render(f"/dynamic/noop/{item['hash']}.png")
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright(org, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = tiff(SCENE, exif=exif, tiffinfo={274: orientation})
    sent = item_of(org.upload(("a.tif", data), fields={"meta_dynamic[0][version]": '{"text":"1"}'}))
    item = item_of(upload(org, data, "true"))
    assert item["format"] == "png"
    assert (item["width"], item["height"]) == (sent["width"], sent["height"])
    assert server_render(org, item) == server_render(org, sent)


def test_jpg_is_a_jpeg_of_high_quality(org):
    data = tiff(SCENE)
    item = item_of(upload(org, data, "jpg"))
    assert item["format"] == "jpg" and item["binary_hash"] == hashlib.sha1(data).hexdigest()
    assert pixels.difference(stored(org, item), SCENE)[0] < 3


def test_jpg_is_a_webp_where_one_can_see_through_it(org):
    image = SCENE.convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    item = item_of(upload(org, tiff(image), "jpg"))
    assert (item["format"], item["opaque"]) == ("webp", False)


def test_png_takes_what_true_leaves_alone(org):
    data = tiff(SCENE.convert("CMYK"))
    assert item_of(upload(org, data, "true"))["format"] == "tiff"
    other = server_org(org)
    assert item_of(upload(other, data, "png"))["format"] == "png"
    assert stored(other, item_of(upload(other, data, "png"))).mode == "RGB"


def server_org(org):
    """The same file in an organization that has not got it yet."""
    answer = org.request("PUT", f"/organizations/{org.organization}-b",
                         json={"display_name": "B", "billing_email": "b@example.com"})
    assert answer.status_code == 200, answer.text
    return org.of(f"{org.organization}-b")


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
def test_a_bmp_becomes_a_png_with_the_same_pixels(org, mode):
    image = SCENE.quantize(16) if mode == "P" else SCENE.convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        masks = (*bitmaps.RGB_MASKS, 0xff000000)
        data = bitmaps.bmp(image.size, 32, bitmaps.masked(image, 32, masks), masks=masks, compression=3, header=124)
    else:
        data = pictures.encode(image, "BMP")
    item = item_of(upload(org, data, "true"))
    assert item["format"] == "png" and item["binary_hash"] == hashlib.sha1(data).hexdigest()
    shown = "RGBA" if mode == "RGBA" else "RGB"
    assert stored(org, item).convert(shown).tobytes() == image.convert(shown).tobytes()


def test_a_bmp_becomes_a_jpeg(org):
    item = item_of(upload(org, pictures.encode(SCENE, "BMP"), "jpg"))
    assert item["format"] == "jpg"
    assert pixels.difference(stored(org, item), SCENE)[0] < 3


@pytest.mark.parametrize("value", ["true", "png", "jpg"])
def test_a_psd_keeps_its_layers(org, value):
    data = bitmaps.psd("RGB", SCENE.size, bitmaps.channels_of(SCENE), layers=2)
    assert item_of(upload(org, data, value))["format"] == "psd"


@pytest.mark.parametrize("value", ["true", "png", "jpg"])
def test_several_pages_stay_as_they_are(org, value):
    data = tiff(SCENE, save_all=True, append_images=[SCENE.rotate(90)])
    item = item_of(upload(org, data, value))
    assert item["format"] == "tiff"
    assert org.image(item["hash"], "/download").content == data


@pytest.mark.parametrize("value", ["true", "png", "jpg"])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
def test_other_formats_are_left_alone(org, format_, value):
    data = pictures.encode(SCENE, format_)
    item = item_of(upload(org, data, value))
    assert org.image(item["hash"], "/download").content == data
    assert item["hash"] == item_of(org.upload(data))["hash"]


def test_the_same_upload_always_has_the_same_hash(server, org):
    data = tiff(SCENE)
    hashes = {item_of(upload(server.organization(), data, value))["hash"] for value in ("false", "true", "png", "jpg")}
    assert len(hashes) == 1
    first = upload(org, data, "true")
    assert first.status_code == 201
    for value in ("true", "jpg", "false"):
        again = upload(org, data, value)
        assert again.status_code == 200
        assert item_of(again) == item_of(first), "it keeps the file that it has"


@pytest.mark.parametrize("value", ["true", "png", "jpg"])
def test_an_image_that_is_there_keeps_the_file_that_was_sent(server, org, value):
    """Whoever may upload, and nothing else, would make a lossy file of anybody's original."""
    data = tiff(SCENE)
    first = item_of(org.upload(("scan.tif", data)))
    uploader = org.with_key(server.create_user(org.organization, "upload")["api_key"])
    again = upload(uploader, data, value)
    assert again.status_code == 200 and item_of(again) == first
    assert org.image(first["hash"], "/download").content == data

    org.image(first["hash"], method="DELETE")
    upload(uploader, data, value)  # it may bring back what is deleted, or may not
    org.image(first["hash"], "/restore", "POST")
    assert item_of(org.upload(("scan.tif", data)))["format"] == "tiff"
    assert org.image(first["hash"], "/download").content == data


def test_what_another_organization_made_of_it_is_its_own(org):
    data = tiff(SCENE)
    first = item_of(org.upload(("scan.tif", data)))
    other = server_org(org)
    lossy = item_of(upload(other, data, "jpg"))
    assert (lossy["hash"], lossy["format"]) == (first["hash"], "jpg")
    assert org.image(first["hash"], "/download").content == data
    copied = other.image(lossy["hash"], method="COPY", headers={"Destination": org.organization, "Overwrite": "T"})
    assert copied.status_code in (200, 201, 204), copied.text
    assert org.image(first["hash"], "/download").content == data


def test_it_is_found_by_the_file_that_was_sent(org):
    data = tiff(SCENE)
    item = item_of(upload(org, data, "true"))
    found = org.images(binaryhash=hashlib.sha1(data).hexdigest()).json()["items"]
    assert [one["hash"] for one in found] == [item["hash"]]
    assert org.delete(f"/sourceimages/{org.organization}",
                      params={"binaryHash": hashlib.sha1(data).hexdigest()}).status_code == 204
    assert_error(org.image(item["hash"]), 404)


def test_a_variant_is_of_the_same_stored_file(org):
    item = item_of(upload(org, tiff(SCENE), "true"))
    answer = org.request("PUT", f"/sourceimages/{org.organization}/{item['hash']}/meta/dynamic/version", json={"text": "2"})
    assert answer.status_code == 201, answer.text
    variant = item_of(org.upload(("scan.tif", tiff(SCENE)), fields={"meta_dynamic[0][version]": '{"text": "2"}'}))
    assert variant["hash"] == answer.json()["hash"]
    assert variant["format"] == "png"


def test_by_url(start_server):
    from harness.site import ALLOW_LOOPBACK, Site
    site = Site()
    try:
        site.answers["/a.tif"] = (200, {}, tiff(SCENE))
        org = start_server(ALLOW_LOOPBACK).organization()
        answer = org.request("POST", f"/sourceimages/{org.organization}",
                             files=[("url[0]", (None, site.url + "/a.tif")), ("optimize_source", (None, "true"))])
        assert item_of(answer)["format"] == "png"
    finally:
        site.close()


def test_of_several_files_each_is_looked_at_by_itself(org):
    answer = org.upload(("a.tif", tiff(SCENE)), ("b.jpg", pictures.encode(SCENE, "JPEG")), fields={"optimize_source": "true"})
    assert [item["format"] for item in answer.json()["items"]] == ["png", "jpg"]


@pytest.mark.parametrize("value", ["webp", "yes", "TRUE", "lossless", "2"])
def test_what_it_may_be(org, value):
    answer = upload(org, tiff(SCENE), value)
    assert_error(answer, 400)
    assert "optimize_source" in answer.json()["message"] and "jpg" in answer.json()["message"]
    assert org.images().json()["total"] == 0


def test_a_damaged_tiff_is_refused_as_ever(org):
    assert_error(upload(org, tiff(SCENE)[:-5000], "true"), 422)


def test_no_file_is_left_over(start_server):
    server = start_server()
    org = server.organization()
    data = tiff(SCENE)
    item_of(upload(org, data, "true"))
    item_of(upload(org, data, "true"))
    item_of(upload(org, data, "false"))
    done = server.command("doctor", "--deep")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 blobs checked, 0 missing, 0 damaged, 1 to be removed by a server, 0 leftovers found" in done.stdout
    assert list((server.data / "spool").iterdir()) == []
