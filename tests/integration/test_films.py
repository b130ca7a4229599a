"""Animations as films, read again by FFmpeg's own programs."""

import json
import subprocess

import pytest
from PIL import Image

from harness import pictures, pixels
from harness.errors import assert_error

CODECS = {"mp4": "h264", "webm": "vp9"}


@pytest.fixture(scope="module")
def hashes(org):
    return {"gif": org.add(pictures.animation())["hash"], "webp": org.add(pictures.animation("WEBP"))["hash"],
            "odd": org.add(pictures.animation(width=81, height=61))["hash"],
            "still": org.add(pictures.encode(pictures.quadrants(), "PNG"))["hash"],
            "pixel": org.add(pictures.solid(pictures.RED, 1, 1))["hash"],
            "transparent": org.add(pictures.transparent_png())["hash"]}


@pytest.fixture
def film(org, tmp_path):
    def render(path: str):
        answer = org.render(f"/dynamic/{path}")
        assert answer.status_code == 200, answer.text
        format_ = path.rpartition(".")[2]
        assert answer.headers["Content-Type"] == f"video/{format_}"
        file = tmp_path / f"film.{format_}"
        file.write_bytes(answer.content)
        return file

    return render


def probed(file) -> dict:
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-show_frames", "-of", "json"]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return json.loads(done.stdout)


def frames_of(file, tmp_path) -> list[Image.Image]:
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(file), "-vsync", "passthrough", str(tmp_path / "%03d.png")],
                   check=True, timeout=60)
    return [Image.open(path).convert("RGB") for path in sorted(tmp_path.glob("*.png"))]


@pytest.mark.parametrize("format_", CODECS)
@pytest.mark.parametrize("source", ["gif", "webp"])
def test_a_film_keeps_frames_colours_and_delays(hashes, film, tmp_path, format_, source):
    file = film(f"noop/{hashes[source]}.{format_}")
    found = probed(file)
    assert len(found["streams"]) == 1
    stream = found["streams"][0]
    assert (stream["codec_name"], stream["pix_fmt"]) == (CODECS[format_], "yuv420p")
    assert (stream["width"], stream["height"]) == (80, 60)
    assert float(found["format"]["duration"]) == pytest.approx(sum(pictures.ANIMATION_DELAYS) / 1000)
    starts = [sum(pictures.ANIMATION_DELAYS[:number]) / 1000 for number in range(4)]
    assert [float(frame["pts_time"]) for frame in found["frames"]] == pytest.approx(starts)
    images = frames_of(file, tmp_path)
    for image, wanted in zip(images, pictures.ANIMATION_COLOURS, strict=True):
        assert pixels.is_near(pixels.colour_at(image, 0.5, 0.5), wanted, 12)


def test_a_film_asks_no_more_of_players_than_its_frames_do(org, film):
    """Level 3.0 of H.264 provides for ten frames of 640 × 480 a second; 1,000 a second, the units of time, took 5.2."""
    hash_ = org.add(pictures.animation(width=640, height=480))["hash"]
    assert probed(film(f"noop/{hash_}.mp4"))["streams"][0]["level"] <= 30


@pytest.mark.parametrize("format_", CODECS)
def test_odd_sides_become_even(hashes, film, format_):
    stream = probed(film(f"noop/{hashes['odd']}.{format_}"))["streams"][0]
    assert (stream["width"], stream["height"]) == (82, 62)
    stream = probed(film(f"resize-width-40--rotate-angle-90/{hashes['odd']}.{format_}"))["streams"][0]
    assert (stream["width"], stream["height"]) == (30, 40)


@pytest.mark.parametrize("format_", CODECS)
@pytest.mark.parametrize("source", ["still", "pixel", "transparent"])
def test_a_still_is_a_film_of_a_second(hashes, film, org, tmp_path, format_, source):
    file = film(f"o-{format_}.quality-90/{hashes[source]}.{format_}")
    found = probed(file)
    assert (len(found["frames"]), float(found["format"]["duration"])) == (1, pytest.approx(1))
    jpg = pixels.open_picture(org.render(f"/dynamic/o-jpg.quality-95/{hashes[source]}.jpg").content)
    [image] = frames_of(file, tmp_path)
    pixels.assert_alike(image.crop((0, 0, *jpg.size)), jpg, 3.0)


def test_playing_starts_while_loading(hashes, film):
    data = film(f"noop/{hashes['gif']}.mp4").read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


@pytest.mark.parametrize("format_", CODECS)
def test_films_have_their_quality(org, hashes, format_):
    scene = org.add(pictures.png(120, 80, seed=630))["hash"]
    sizes = [len(org.render(f"/dynamic/o-{format_}.quality-{quality}/{scene}.{format_}").content)
             for quality in (1, 50, 100)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[2]
    usual = org.render(f"/dynamic/noop/{scene}.{format_}")
    assert len(usual.content) == sizes[1]
    assert_error(org.render(f"/dynamic/o-{format_}.quality-0/{hashes['still']}.{format_}"), 400)


@pytest.mark.parametrize("format_", CODECS)
def test_a_part_of_a_film_can_be_asked_for(org, hashes, format_):
    path = f"/dynamic/noop/{hashes['gif']}.{format_}"
    whole = org.render(path).content
    part = org.render(path, headers={"Range": "bytes=4-99"})
    assert (part.status_code, part.content) == (206, whole[4:100])


def test_autoformat_leaves_films_alone(org, hashes):
    answer = org.render(f"/dynamic/o-autoformat-true/{hashes['gif']}.mp4", headers={"Accept": "image/avif,image/webp"})
    assert answer.headers["Content-Type"] == "video/mp4" and "Vary" not in answer.headers
