"""Files of at most so many bytes: the stack option max_bytes. Sizes are those of the answers, pictures are decoded by
others, and the quality is the one that explicit qualities show to be the highest that fits."""

import io

import pytest
from PIL import Image, ImageFilter

from harness import decoders, pictures, pixels
from harness.errors import assert_error
from harness.server import Rucola
from harness.waiting import wait_until

USUAL = {"jpg": 80, "webp": 80, "avif": 45}
WIDTH, HEIGHT = 240, 160
STACK = f"resize-width-{WIDTH}"


def photo(mode: str = "RGB") -> bytes:
    """Fine detail of many colours everywhere."""
    noise = Image.merge("RGB", [pictures.noise(480, 320, 60, seed) for seed in range(3)]).filter(ImageFilter.GaussianBlur(1))
    image = Image.blend(pictures.scene(480, 320), noise, 0.5)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    return pictures.encode(image, "PNG")


def moving_scenes() -> bytes:
    frames = [pictures.scene(120, 80, seed=700 + number) for number in range(3)]
    return pictures.encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)


@pytest.fixture(scope="module")
def images(org):
    return {"photo": org.add(photo())["hash"], "clear": org.add(photo("RGBA"))["hash"],
            "moving": org.add(moving_scenes(), "a.gif")["hash"], "drawing": org.add(pictures.SVG, "a.svg")["hash"]}


def render(org, path, **options):
    answer = org.render(path, **options)
    assert answer.status_code == 200, answer.text
    return answer


def bytes_of(org, image, format_, options="", **more) -> bytes:
    return render(org, f"/dynamic/{STACK}{options}/{image}.{format_}", **more).content


def assert_refused(answer, code, *texts):
    assert_error(answer, code)
    for text in texts:
        assert text in answer.json()["message"], answer.json()["message"]


def decoded(data: bytes, format_: str) -> Image.Image:
    return decoders.decode(data, "heif" if format_ == "avif" else format_)


@pytest.mark.parametrize("percent", [90, 60, 40, 25])
@pytest.mark.parametrize("format_", USUAL)
def test_the_quality_is_the_highest_that_fits(org, images, format_, percent):
    image = images["photo"]
    most = len(bytes_of(org, image, format_)) * percent // 100
    found = bytes_of(org, image, format_, f"--o-max_bytes-{most}")
    assert len(found) <= most
    assert decoded(found, format_).size == (WIDTH, HEIGHT)

    sizes = {}

    def with_quality(quality):
        data = bytes_of(org, image, format_, f"--o-{format_}.quality-{quality}")
        sizes[quality] = len(data)
        return data

    qualities = [quality for quality in range(1, USUAL[format_] + 1) if with_quality(quality) == found]
    assert qualities, "it is the file of some quality"
    assert all(size > most for quality, size in sizes.items() if quality > max(qualities) + 1), "of the highest, or the next"


def test_what_fits_at_once_keeps_its_quality(org, images):
    for format_ in USUAL:
        usual = bytes_of(org, images["photo"], format_)
        assert bytes_of(org, images["photo"], format_, f"--o-max_bytes-{len(usual)}") == usual


def test_a_quality_that_is_asked_for_is_the_highest(org, images):
    low = bytes_of(org, images["photo"], "jpg", "--o-jpg.quality-20")
    assert bytes_of(org, images["photo"], "jpg", "--o-jpg.quality-20--o-max_bytes-1000000") == low
    bounded = bytes_of(org, images["photo"], "jpg", f"--o-jpg.quality-20--o-max_bytes-{len(low) - 1}")
    assert len(bounded) < len(low)


@pytest.mark.parametrize("format_", ["heif", "jxl", "jp2"])
def test_other_formats_with_a_quality_fit_too(org, images, format_):
    most = len(bytes_of(org, images["photo"], format_)) // 2
    found = bytes_of(org, images["photo"], format_, f"--o-max_bytes-{most}")
    assert len(found) <= most
    assert decoded(found, format_).size == (WIDTH, HEIGHT)


def test_the_bound_is_a_part_of_what_a_render_is(org, images):
    path = f"/dynamic/{STACK}/{images['photo']}.jpg"
    usual = render(org, path)
    half = len(usual.content) // 2
    one, other, none = (render(org, f"/dynamic/{STACK}--o-max_bytes-{most}/{images['photo']}.jpg")
                        for most in (half, half // 2, 0))
    assert len({usual.headers["ETag"], one.headers["ETag"], other.headers["ETag"]}) == 3
    assert none.headers["ETag"] == usual.headers["ETag"], "0 is no bound, also over a stack that has one"


def test_a_stack_may_have_it_and_a_url_may_change_it(org, images):
    org.stack("small", {"name": "resize", "options": {"width": WIDTH}}, max_bytes=3000)
    assert len(render(org, f"/small/{images['photo']}.jpg").content) <= 3000
    assert len(render(org, f"/small/o-max_bytes-2000/{images['photo']}.jpg").content) <= 2000
    assert len(render(org, f"/small/o-max_bytes-0/{images['photo']}.jpg").content) > 3000


@pytest.mark.parametrize("value", ["-1", "many", "1.5", "536870913"])
def test_what_is_no_number_of_bytes_is_refused(org, images, value):
    assert_refused(org.render(f"/dynamic/{STACK}--o-max_bytes-{value}/{images['photo']}.jpg"), 400, "max_bytes")


@pytest.mark.parametrize("format_", USUAL)
def test_what_can_not_be_made_so_small_is_an_error_that_says_how_small(org, images, format_):
    lowest = bytes_of(org, images["photo"], format_, f"--o-{format_}.quality-1")
    answer = org.render(f"/dynamic/{STACK}--o-max_bytes-{len(lowest) - 1}/{images['photo']}.{format_}")
    assert_refused(answer, 422, f"{len(lowest)} bytes as {format_} of the lowest quality", f"{len(lowest) - 1}", "resize")
    # Another quality may have just as many bytes.
    assert len(bytes_of(org, images["photo"], format_, f"--o-max_bytes-{len(lowest)}")) <= len(lowest)


def test_the_picture_is_known_as_it_was_after_such_an_error(org, images):
    assert org.render(f"/dynamic/noop--o-max_bytes-10/{images['photo']}.jpg").status_code == 422
    assert org.render(f"/dynamic/noop--o-max_bytes-11/{images['photo']}.jpg").status_code == 422
    assert org.render(f"/dynamic/noop/{images['photo']}.jpg").status_code == 200


def test_what_fits_into_no_file_was_searched_for_anew_each_time(server, new_org):
    hash_ = new_org.add(photo())["hash"]
    path = f"/dynamic/{STACK}--o-max_bytes-%d/{hash_}.webp"
    first = new_org.render(path % 100)
    assert_refused(first, 422, "100")
    jobs = server.metrics().renders()
    again = new_org.render(path % 100)
    assert (again.status_code, again.json()) == (422, first.json())
    assert "Retry-After" not in again.headers, "it is the same whenever it is asked for"
    assert server.metrics().renders() == jobs
    assert new_org.render(path % 101).status_code == 422
    assert server.metrics().renders() == jobs + 1, "another bound is another render"
    assert new_org.render(path % 1_000_000).status_code == 200


def test_a_fallback_image_may_stand_in_for_what_is_too_large(org, images):
    small = org.add(pictures.solid(pictures.RED, 8, 8))["hash"]
    answer = org.render(f"/dynamic/noop--o-max_bytes-800--o-fallback_image-{small}/{images['photo']}.jpg")
    assert answer.status_code == 422 and answer.headers["X-Rucola-Fallback"] == "422"
    assert len(answer.content) <= 800
    assert pixels.is_near(pixels.colour_at(answer.content, 0.5, 0.5), pictures.RED)


def test_a_png_gets_a_palette_unless_that_is_forbidden(org, images):
    whole = bytes_of(org, images["clear"], "png")
    most = len(whole) // 3
    small = bytes_of(org, images["clear"], "png", f"--o-max_bytes-{most}")
    image = Image.open(io.BytesIO(small))
    assert len(small) <= most and image.mode == "P"
    pixels.assert_alike(image.convert("RGBA"), decoded(whole, "png").convert("RGBA"), 12)
    forbidden = f"/dynamic/{STACK}--o-max_bytes-{most}--o-pngquant.quality-100/{images['clear']}.png"
    assert_refused(org.render(forbidden), 422, "as png", "nothing of it is lowered")


@pytest.mark.parametrize("format_", ["gif", "tiff", "mp4"])
def test_what_has_nothing_to_lower_fits_or_is_refused(org, images, format_):
    image = images["moving"]
    whole = render(org, f"/dynamic/noop/{image}.{format_}").content
    assert render(org, f"/dynamic/noop--o-max_bytes-{len(whole)}/{image}.{format_}").content == whole
    answer = org.render(f"/dynamic/noop--o-max_bytes-{len(whole) - 1}/{image}.{format_}")
    assert_refused(answer, 422, f"{len(whole)} bytes as {format_}", "nothing of it is lowered")
    assert ('"mp4.quality"' in answer.json()["message"]) == (format_ == "mp4")


@pytest.mark.parametrize("hash_format", ["blurhash", "thumbhash"])
def test_of_a_hash_nobody_is_advised_to_make_the_picture_smaller(org, images, hash_format):
    answer = org.render(f"/dynamic/noop--o-max_bytes-5/{images['photo']}.{hash_format}")
    assert_refused(answer, 422, "Allow more bytes.")
    assert "resize" not in answer.json()["message"]


def test_a_bound_that_changes_nothing_takes_no_worker_its_time(new_org):
    """Of a lossless WebP "no losses" was the effort of libwebp's search without end: 504 after ten seconds."""
    hash_ = new_org.add(pictures.encode(pictures.scene(600, 400), "PNG"))["hash"]
    options = "optim.immediate-true-max_bytes-900000"
    assert len(render(new_org, f"/dynamic/resize-width-301--o-{options}/{hash_}.webp").content) <= 900_000


def test_an_animation_keeps_its_frames(org, images):
    whole = render(org, f"/dynamic/noop/{images['moving']}.webp").content
    most = len(whole) * 3 // 4
    small = render(org, f"/dynamic/noop--o-max_bytes-{most}/{images['moving']}.webp").content
    assert len(small) <= most
    one, other = Image.open(io.BytesIO(small)), Image.open(io.BytesIO(whole))
    assert one.n_frames == other.n_frames == 3 and one.size == other.size
    assert [delay for _, delay in pixels.frames_of(small)] == [200, 200, 200]


@pytest.mark.parametrize("accept, requested, kind", [
    ("image/avif,image/webp", "jpg", "image/avif"),
    ("image/webp", "jpg", "image/webp"),
    ("image/webp", "png", "image/webp"),
    ("image/png", "jpg", "image/jpeg"),
    ("image/png", "png", "image/png"),
])
def test_autoformat_s_choice_fits_whatever_it_is(org, images, accept, requested, kind):
    path = f"/dynamic/{STACK}--o-autoformat-true--o-max_bytes-%d/{images['photo']}.{requested}"
    most = len(render(org, path % 0, headers={"Accept": accept}).content) // 2
    answer = render(org, path % most, headers={"Accept": accept})
    assert len(answer.content) <= most
    assert answer.headers["Content-Type"] == kind


def test_what_may_not_become_lossy_is_refused(org, images):
    path = f"/dynamic/resize-width-60--o-autoformat-true-autoformat.exclude-lossless_to_lossy--o-max_bytes-%d/{images['photo']}.png"
    whole = render(org, path % 0, headers={"Accept": "image/webp"}).content
    assert_refused(org.render(path % (len(whole) // 2), headers={"Accept": "image/webp"}), 422, "as webp")


def test_a_drawing_is_delivered_only_where_it_was_asked_for(org, images):
    options = "noop--o-autoformat-true--o-max_bytes-%d"
    assert render(org, f"/dynamic/{options % 0}/{images['drawing']}.jpg").headers["Content-Type"] == "image/svg+xml"
    assert render(org, f"/dynamic/{options % 100000}/{images['drawing']}.jpg").headers["Content-Type"] == "image/jpeg"
    drawing = render(org, f"/dynamic/noop/{images['drawing']}.svg").content
    assert render(org, f"/dynamic/noop--o-max_bytes-{len(drawing)}/{images['drawing']}.svg").content == drawing
    assert_refused(org.render(f"/dynamic/noop--o-max_bytes-{len(drawing) - 1}/{images['drawing']}.svg"), 422, "as svg")


@pytest.mark.parametrize("accept", ["image/webp", "*/*", "image/png"])
def test_transparency_that_a_jpg_can_not_keep_fits_as_well(org, images, accept):
    path = f"/dynamic/{STACK}--o-jpg.transparency.autoformat-true--o-max_bytes-%d/{images['clear']}.jpg"
    whole = render(org, path % 0, headers={"Accept": accept})
    most = len(whole.content) * 4 // 5
    answer = render(org, path % most, headers={"Accept": accept})
    assert len(answer.content) <= most
    assert answer.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.fixture(scope="module")
def busy():
    environment = {"RUCOLA_RENDER_OPTIMIZE": "true", "RUCOLA_RENDER_JOB_TIMEOUT": "60"}
    with Rucola(environment=environment) as server:
        org = server.organization()
        org.photo = org.add(photo())["hash"]
        yield org


SMALL = "resize-width-90"


def small_bytes_of(busy, format_, options) -> bytes:
    return render(busy, f"/dynamic/{SMALL}{options}/{busy.photo}.{format_}").content


def is_final(answer) -> bool:
    return not any(tag.startswith("r") for tag in answer.headers["xkey"].split())


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif", "png"])
@pytest.mark.parametrize("options", ["", "--o-optim.quality-9"])
def test_the_file_that_follows_the_first_answer_fits_too(busy, format_, options):
    usual = len(small_bytes_of(busy, format_, f"{options}--o-optim.disable_all-true"))
    most = usual * 7 // 10
    path = f"/dynamic/{SMALL}{options}--o-max_bytes-{most}/{busy.photo}.{format_}"
    first = render(busy, path)
    assert len(first.content) <= most

    def final():
        answer = render(busy, path)
        assert len(answer.content) <= most
        return answer if is_final(answer) else None

    last = wait_until(final, f"{path} to become final")
    assert decoded(last.content, format_).size == (90, 60)
    now = small_bytes_of(busy, format_, f"{options}--o-optim.immediate-true--o-max_bytes-{most}")
    assert now == last.content, "at once it is the same"


def test_what_follows_is_not_worse_than_the_first_answer(busy):
    exact = decoded(small_bytes_of(busy, "png", "--o-optim.disable_all-true"), "png").convert("RGB")
    most = len(small_bytes_of(busy, "webp", "--o-optim.disable_all-true")) // 2
    path = f"/dynamic/{SMALL}%s--o-max_bytes-{most}/{busy.photo}.webp"
    last = render(busy, path % "--o-optim.immediate-true")
    first = render(busy, path % "--o-optim.disable_all-true")
    differences = [pixels.difference(decoded(answer.content, "webp"), exact)[0] for answer in (first, last)]
    assert differences[1] < 1.1 * differences[0]
