"""Small pictures of a photo: all of them are made of the eighth of it that the first one leaves behind, and none is the worse
for it."""

import io
import math

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from harness import color_files, exiftool, pictures, pixels
from harness.server import Rucola
from harness.waiting import wait_until

# No multiple of 8; a ninth of it is 289 pixels wide.
WIDTH, HEIGHT = 2602, 1901
AS_IT_IS = "o-optim.disable_all-true"


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return pictures.grainy(WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def jpeg(scene) -> bytes:
    return pictures.encode(scene, "JPEG", quality=92)


@pytest.fixture(scope="module")
def org_without():
    """Of a server that makes no pyramids."""
    with Rucola("[render]\npyramid_from_pixels = 1000000000\n") as server:
        yield server.organization()


def picture(org, image: str, operations: str, format_: str = "png") -> Image.Image:
    answer = org.render(f"/dynamic/{operations}--{AS_IT_IS}/{image}.{format_}")
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def decibels(one: Image.Image, other: Image.Image) -> float:
    statistic = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return 10 * math.log10(255 ** 2 * 3 * one.width * one.height / sum(statistic.sum2))


def test_the_photo_is_decoded_once(own_server, jpeg):
    """Also after the process has ended, and without the file of the photo."""
    org = own_server.organization()
    image = org.add(jpeg)["hash"]
    assert picture(org, image, "resize-width-200", "jpg").size == (200, 146)
    assert own_server.metrics().renders() == 2, "the eighth, and a picture of it"
    assert picture(org, image, "resize-width-200", "webp").size == (200, 146)
    assert picture(org, image, "resize-width-289-height-100-mode-fill--crop-width-100-height-100").size == (100, 100)
    assert own_server.metrics().renders() == 4
    own_server.stop()  # what was made has been written by then
    own_server.start()
    for blob in [file for file in own_server.data.rglob("*") if file.is_file() and file.stat().st_size == len(jpeg)]:
        blob.unlink()
    assert picture(org, image, "resize-width-120--grayscale").size == (120, 88)
    assert own_server.metrics().renders() == 1


@pytest.mark.parametrize("operations", ["resize-width-290", "crop-width-2000-height-1000--resize-width-100", "rotate-angle-90"])
def test_other_pictures_are_made_of_the_photo(own_server, jpeg, operations):
    org = own_server.organization()
    image = org.add(jpeg)["hash"]
    picture(org, image, operations, "jpg")
    assert own_server.metrics().renders() == 1


def test_a_photo_that_is_not_large_has_no_eighth(own_server):
    org = own_server.organization()
    image = org.add(pictures.photo(2000, 1500))["hash"]
    picture(org, image, "resize-width-100", "jpg")
    assert own_server.metrics().renders() == 1


WIDTHS = pytest.mark.parametrize("width", [289, 200, 97, 40])


@WIDTHS
def test_they_are_none_the_worse_for_it(org, org_without, width):
    scene = pictures.grainy(WIDTH // 8 * 8, HEIGHT // 8 * 8)
    data = pictures.encode(scene, "JPEG", quality=92)
    operations = f"resize-width-{width}"
    found = picture(org, org.add(data)["hash"], operations)
    without = picture(org_without, org_without.add(data)["hash"], operations)
    wanted = scene.resize(found.size, Image.LANCZOS)
    assert decibels(found, wanted) > decibels(without, wanted) - 0.3
    pixels.assert_alike(found.convert("RGB"), wanted, mean=2)


@WIDTHS
def test_of_odd_sides_they_are_at_most_a_pixel_of_the_photo_off(org, scene, jpeg, width):
    """An eighth of such sides has no whole pixels: it is moved by what is missing, shared out between both ends."""
    found = picture(org, org.add(jpeg)["hash"], f"resize-width-{width}")
    wanted = scene.resize(found.size, Image.LANCZOS)
    assert decibels(found, wanted) > 41
    pixels.assert_alike(found.convert("RGB"), wanted, mean=2)


def turned(scene: Image.Image) -> tuple[bytes, Image.Image]:
    exif = scene.getexif()
    exif[0x0112] = 6
    return pictures.encode(scene, "JPEG", quality=92, exif=exif), scene.transpose(Image.ROTATE_270)


def in_p3(scene: Image.Image) -> tuple[bytes, Image.Image]:
    profile = color_files.known_profile("p3")
    shown = ImageCms.profileToProfile(scene, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"))
    return pictures.encode(scene, "JPEG", quality=92, icc_profile=profile), shown


def grey(scene: Image.Image) -> tuple[bytes, Image.Image]:
    return pictures.encode(scene.convert("L"), "JPEG", quality=92), scene.convert("L")


def progressive(scene: Image.Image) -> tuple[bytes, Image.Image]:
    return pictures.encode(scene, "JPEG", quality=92, progressive=True), scene


@pytest.mark.parametrize("kind", [turned, in_p3, grey, progressive], ids=lambda kind: kind.__name__)
def test_other_kinds_of_jpegs(org, scene, kind):
    data, shown = kind(scene)
    found = picture(org, org.add(data)["hash"], "resize-width-200")
    assert found.mode == ("L" if kind is grey else "RGB")
    wanted = shown.resize(found.size, Image.LANCZOS)
    pixels.assert_alike(found.convert("RGB"), wanted.convert("RGB"), mean=2)


def test_whose_photo_it_is_is_kept_where_that_is_wanted(own_server, jpeg):
    org = own_server.organization()
    image = org.add(exiftool.written(jpeg, ".jpg", "IFD0:Artist=Zoë Muster"))["hash"]
    answer = org.render(f"/dynamic/resize-width-100--o-keep.copyright-true-optim.disable_all-true/{image}.jpg")
    assert exiftool.read(answer.content, ".jpg")["IFD0:Artist"] == "Zoë Muster"
    assert own_server.metrics().renders() == 1


def test_the_smaller_file_that_follows_is_made_of_the_eighth_as_well(start_server):
    server = start_server(environment={"RUCOLA_RENDER_OPTIMIZE": "true"})
    org = server.organization()
    photo = pictures.photo(WIDTH, HEIGHT)
    image = org.add(photo)["hash"]
    path = f"/dynamic/resize-width-200/{image}.webp"
    first = org.render(path)
    assert first.status_code == 200

    for blob in [file for file in server.data.rglob("*") if file.is_file() and file.stat().st_size == len(photo)]:
        blob.unlink()

    def followed():
        answer = org.render(path)
        return answer if answer.headers["ETag"] != first.headers["ETag"] else None

    last = wait_until(followed, "the smaller file")
    assert len(last.content) < len(first.content)
    assert pixels.size_of(last.content) == (200, 146)
