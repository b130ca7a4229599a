"""Renders that become smaller after their first answer: the stack options optim.*, and what autoformat exchanges."""

import io
import math

import pytest
import requests
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from edge.varnish import Varnish
from harness import pictures
from harness.gateway import Gateway
from harness.server import Rucola
from harness.waiting import wait_until

ON = {"RUCOLA_RENDER_OPTIMIZE": "true"}
SECRET = "a-secret-of-these-tests"


def photo() -> bytes:
    """Fine detail of many colours everywhere."""
    noise = Image.merge("RGB", [pictures.noise(480, 320, 60, seed) for seed in range(3)]).filter(ImageFilter.GaussianBlur(1))
    return pictures.encode(Image.blend(pictures.scene(480, 320), noise, 0.5), "PNG")


def rings(side: int = 1000) -> bytes:
    """The finer the farther out: with more effort encoders make larger files of it."""
    at = [(i - side / 2) ** 2 for i in range(side)]
    levels = bytes(round(128 + 127 * math.cos(math.pi * (x + y) / side)) for y in at for x in at)
    return pictures.encode(Image.frombytes("L", (side, side), levels), "PNG")


def chart(mode="RGB") -> bytes:
    image = Image.new(mode, (300, 200), (255,) * len(mode))
    draw = ImageDraw.Draw(image)
    for index in range(10):
        draw.rectangle((15 + index * 28, 180 - index * 17, 33 + index * 28, 180), fill=(30, 60, 20 * index, 255)[:len(mode)])
    return pictures.encode(image, "PNG")


@pytest.fixture(scope="module")
def busy_server():
    with Rucola(environment=ON) as server:
        yield server


@pytest.fixture(scope="module")
def org(busy_server):
    org = busy_server.organization()
    org.photo = org.add(photo())["hash"]
    org.chart = org.add(chart())["hash"]
    org.clear_chart = org.add(chart("RGBA"))["hash"]
    org.stack("thumb", {"name": "resize", "options": {"width": 240}}, **{"optim.quality": 0})
    org.stack("auto", {"name": "crop", "options": {"width": 300, "height": 200}}, autoformat=True)
    return org


def is_final(answer) -> bool:
    return not any(tag.startswith("r") for tag in answer.headers["xkey"].split())


def finally_(org, path, **options):
    """The answer once nothing better is coming."""
    def settled():
        answer = org.render(path, **options)
        assert answer.status_code == 200, answer.text
        return answer if is_final(answer) else None

    return wait_until(settled, f"{path} to become smaller")


def first_and_last(org, path, **options):
    first = org.render(path, **options)
    assert first.status_code == 200, first.text
    return first, finally_(org, path, **options)


def psnr(one: bytes, other: bytes) -> float:
    pair = [Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other)]
    squares = ImageStat.Stat(ImageChops.difference(*pair)).sum2
    mean = sum(squares) / (3 * pair[0].width * pair[0].height)
    return math.inf if mean == 0 else 10 * math.log10(255 ** 2 / mean)


def test_who_has_the_first_answer_and_only_revalidates_hears_of_the_smaller_one(org):
    first = org.render(f"/thumb/resize-width-236/{org.photo}.jpg").headers["ETag"]
    path = f"/thumb/resize-width-236/{org.photo}/beside.jpg"

    def asked_with(tag):
        return org.render(path, headers={"If-None-Match": tag})

    last = wait_until(lambda: asked_with(first).status_code == 200 and asked_with(first), "the smaller one to be there")
    assert is_final(last) and last.headers["ETag"] != first
    assert asked_with(last.headers["ETag"]).status_code == 304


def test_the_answer_becomes_smaller_and_everybody_hears_of_it(org):
    first, last = first_and_last(org, f"/thumb/{org.photo}.jpg")
    assert not is_final(first)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert last.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert last.headers["ETag"] != first.headers["ETag"]
    assert len(last.content) < 0.95 * len(first.content)
    exact = org.render(f"/thumb/o-optim.disable_all-true/{org.photo}.png").content
    assert psnr(last.content, exact) > 24
    again = org.render(f"/thumb/{org.photo}.jpg", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200, "who has the first one gets the better one"
    known = org.render(f"/thumb/{org.photo}.jpg", headers={"If-None-Match": last.headers["ETag"]})
    assert known.status_code == 304


def test_hot_answers_do_not_stay(org):
    path = f"/thumb/resize-width-230/{org.photo}.jpg"
    first = org.render(path)
    # Asked without a pause: kept in front of everything, until the better one is there.
    last = finally_(org, path)
    assert last.content != first.content
    hot = wait_until(lambda: (answer := org.render(path)).headers["Cache-Status"].endswith("hot") and answer, "a hot answer")
    assert hot.content == last.content


def test_immediately_is_what_later_would_come_to(org):
    now = org.render(f"/thumb/resize-width-220--o-optim.immediate-true/{org.photo}.jpg")
    assert is_final(now)
    _, later = first_and_last(org, f"/thumb/resize-width-220/{org.photo}.jpg")
    assert (later.content, later.headers["ETag"]) == (now.content, now.headers["ETag"])


def test_quality_decides_about_size_and_likeness(org):
    exact = org.render(f"/thumb/o-optim.disable_all-true/{org.photo}.png").content
    sizes, likenesses = [], []
    for quality in (0, 3, 5, 8, 10):
        answer = org.render(f"/thumb/o-optim.immediate-true--o-optim.quality-{quality}/{org.photo}.jpg")
        sizes.append(len(answer.content))
        likenesses.append(psnr(answer.content, exact))
    assert sizes == sorted(sizes) and sizes[-1] > 1.5 * sizes[0]
    assert likenesses == sorted(likenesses)


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif", "heif", "jxl", "jp2", "png"])
def test_never_larger_unless_a_quality_is_asked_for(org, format_):
    first = org.render(f"/dynamic/resize-width-240--o-optim.disable_all-true/{org.photo}.{format_}")
    last = org.render(f"/dynamic/resize-width-240--o-optim.immediate-true/{org.photo}.{format_}")
    assert last.headers["Content-Type"] == first.headers["Content-Type"]
    assert len(last.content) <= len(first.content)


@pytest.mark.parametrize("format_", ["webp", "avif"])
def test_never_followed_by_something_larger_than_was_answered(org, format_):
    """It was compared with what more effort makes of it, which nobody had been answered with: 20 % larger, and worse."""
    hash_ = org.add(rings())["hash"]
    first, last = first_and_last(org, f"/dynamic/noop/{hash_}.{format_}")
    assert len(last.content) <= len(first.content)


def test_a_formats_own_quality_is_kept(org):
    def jpg(options):
        return Image.open(io.BytesIO(org.render(f"/dynamic/resize-width-240--{options}/{org.photo}.jpg").content))

    own = jpg("o-jpg.quality-55--o-optim.disable_all-true")
    assert jpg("o-jpg.quality-55--o-optim.immediate-true").quantization == own.quantization
    both = jpg("o-jpg.quality-55--o-optim.quality-9--o-optim.immediate-true")
    assert both.quantization != own.quantization


def test_disable_all_is_the_end_of_it(org):
    answer = org.render(f"/thumb/o-optim.disable_all-true/{org.photo}.webp")
    assert is_final(answer)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("accept, requested, photo, drawing", [
    ("image/png", "jpg", "image/jpeg", "image/png"),
    ("image/png", "png", "image/jpeg", "image/png"),
    ("image/webp", "jpg", "image/webp", "image/webp"),
    ("image/webp", "png", "image/webp", "image/webp"),
])
def test_autoformat_exchanges_lossy_and_lossless_by_content(org, accept, requested, photo, drawing):
    for hash_, type_, lossless in ((org.photo, photo, False), (org.chart, drawing, True)):
        _, last = first_and_last(org, f"/auto/{hash_}.{requested}", headers={"Accept": accept})
        assert last.headers["Content-Type"] == type_
        if type_ == "image/webp":
            assert (b"VP8L" in last.content[:64]) == lossless


def test_autoformats_exclusions(org):
    def type_of(exclude, hash_, format_):
        answer = org.render(f"/auto/o-autoformat.exclude-{exclude}--o-optim.immediate-true/{hash_}.{format_}",
                            headers={"Accept": "image/png"})
        assert answer.status_code == 200, answer.text
        return answer.headers["Content-Type"]

    assert type_of("webp", org.chart, "jpg") == "image/png"
    assert type_of("lossy_to_lossless", org.chart, "jpg") == "image/jpeg"
    assert type_of("webp", org.photo, "png") == "image/jpeg"
    assert type_of("lossless_to_lossy", org.photo, "png") == "image/png"


def test_transparency_survives(org):
    clear = Image.new("RGBA", (200, 200), (10, 20, 30, 90))
    hash_ = org.add(pictures.encode(clear, "PNG"))["hash"]
    answer = org.render(f"/auto/o-optim.immediate-true/{hash_}.png", headers={"Accept": "image/png"})
    assert answer.headers["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    assert max(abs(a - b) for a, b in zip(image.getpixel((100, 100)), (10, 20, 30, 90))) <= 2


def test_png_gets_a_palette_only_where_nobody_sees_it(org):
    def mode(options, hash_):
        path = f"/dynamic/{options}--o-optim.immediate-true/{hash_}.png"
        return Image.open(io.BytesIO(org.render(path).content)).mode

    assert mode("noop", org.chart) == "P"
    assert mode("noop--o-pngquant.quality-100", org.chart) == "RGB"
    assert mode("noop", org.photo) == "RGB"
    assert mode("noop", org.clear_chart) == "P"


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_a_photo_that_moves_does_not_grow(org, format_):
    """Packed frame by frame it would: pixels that stay as they were leave noise that is hard to pack."""
    frames = [Image.blend(pictures.scene(140, 100, seed=9), pictures.noise(140, 100, 12, seed).convert("RGB"), 0.2)
              for seed in range(4)]
    data = pictures.encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, quality=90)
    hash_ = org.add(data)["hash"]
    first = org.render(f"/dynamic/resize-width-120--o-optim.disable_all-true/{hash_}.{format_}")
    final = finally_(org, f"/dynamic/resize-width-120/{hash_}.{format_}")
    assert 0 < len(final.content) <= len(first.content)


def test_animations_stay_animations(org):
    hash_ = org.add(pictures.animation("GIF"))["hash"]
    for format_ in ("gif", "webp"):
        before = org.render(f"/dynamic/resize-width-60--o-optim.disable_all-true/{hash_}.{format_}")
        after = org.render(f"/dynamic/resize-width-60--o-optim.immediate-true/{hash_}.{format_}")
        assert len(after.content) <= len(before.content)
        frames = [Image.open(io.BytesIO(answer.content)).n_frames for answer in (before, after)]
        assert frames[0] == frames[1] > 1


def test_the_counters_tell(busy_server, org):
    first_and_last(org, f"/thumb/resize-width-200/{org.photo}.jpg")
    metrics = busy_server.metrics()
    assert metrics.total("rucola_optimized_renders_total", outcome="made") >= 1
    before = metrics.total("rucola_optimized_bytes_total", when="before")
    assert 0 < metrics.total("rucola_optimized_bytes_total", when="after") < before


def test_after_a_restart_it_goes_on(start_server):
    server = start_server(environment=ON)
    org = server.organization()
    hash_ = org.add(photo())["hash"]
    org.stack("thumb", {"name": "resize", "options": {"width": 200}}, **{"optim.quality": 0})
    first = org.render(f"/thumb/{hash_}.jpg")
    server.restart()
    last = finally_(org, f"/thumb/{hash_}.jpg")
    assert len(last.content) < len(first.content)
    server.stop()
    server.start()
    assert org.render(f"/thumb/{hash_}.jpg").content == last.content, "it is kept like any render"


def test_switched_off_nothing_changes_but_what_asks_for_it(start_server):
    server = start_server("[render]\noptimize = false\n")
    org = server.organization()
    hash_ = org.add(photo())["hash"]
    usual = org.render(f"/dynamic/resize-width-200/{hash_}.jpg")
    assert is_final(usual)
    asked = org.render(f"/dynamic/resize-width-200--o-optim.immediate-true--o-optim.quality-0/{hash_}.jpg")
    assert len(asked.content) < len(usual.content)


def test_the_edge_forgets_the_first_one_and_nothing_else():
    with Gateway(0) as purges, Rucola(
            f'[[cdn]]\nkind = "varnish"\nname = "edge"\nurl = "http://127.0.0.1:{purges.port}"\nsecret = "{SECRET}"\n',
            environment=ON) as server:
        varnish = Varnish(server.port, SECRET)
        varnish.start()
        try:
            purges.target_port = int(varnish.url.rsplit(":", 1)[1])
            org = server.organization("acme")
            hash_ = org.add(photo())["hash"]
            org.stack("thumb", {"name": "resize", "options": {"width": 240}}, **{"optim.quality": 0})
            org.stack("plain", {"name": "resize", "options": {"width": 240}}, **{"optim.disable_all": True})

            def get(path):
                answer = requests.get(varnish.url + path, headers={"Host": "acme.localhost"}, timeout=60)
                assert answer.status_code == 200, answer.text
                return answer

            other = get(f"/plain/{hash_}.jpg")
            first = get(f"/thumb/{hash_}.jpg")
            wait_until(lambda: len(get(f"/thumb/{hash_}.jpg").content) < len(first.content),
                       "the edge to show the smaller render")
            again = get(f"/plain/{hash_}.jpg")
            assert again.headers["X-Cache"].startswith("HIT") and again.content == other.content
        finally:
            varnish.stop()


def test_the_smaller_render_has_a_later_date_than_the_first(org):
    """However soon it is made: dates have whole seconds."""
    first, last = first_and_last(org, f"/dynamic/resize-width-230/{org.photo}.png")
    assert first.headers["ETag"] != last.headers["ETag"]
    path = f"/dynamic/resize-width-230/{org.photo}.png"
    assert org.render(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 200
    assert org.render(path, headers={"If-Modified-Since": last.headers["Last-Modified"]}).status_code == 304
    assert org.render(path).headers["Last-Modified"] == last.headers["Last-Modified"]
