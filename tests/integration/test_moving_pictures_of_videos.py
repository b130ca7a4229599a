"""Animations made of videos: the stack options fps and seconds. Pillow, ffprobe and Chromium look at them."""

import io
import re
import subprocess

import pytest
from PIL import Image

from harness import avif, jxl, pictures, pixels, videos
from harness.animations import frames_of
from harness.errors import assert_error
from harness.processes import peak_resident_bytes

RATE = videos.RATE
LOSSLESS = "webp.quality-100-optim.disable_all-true"
COLOURS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200), "white": (230, 230, 230)}


@pytest.fixture(scope="module")
def film(org):
    """A hundred numbered pictures, four seconds, with a keyframe every second and pictures that hang on later ones."""
    return org.add(videos.film(sound=True, options=("-g", "25", "-bf", "2", "-shortest")), "film.mp4")["hash"]


def rendered(org, path: str, **options) -> bytes:
    answer = org.render(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.content


def moving(org, hash_: str, options: str, format_: str = "gif", operations: str = "noop") -> bytes:
    return rendered(org, f"/dynamic/{operations}--options-{options}/{hash_}.{format_}")


def numbers_in(frames: list[Image.Image]) -> list[int]:
    return [videos.number_in(frame) for frame in frames]


def numbers_at(rate: int, frames: int, start: float = 0) -> list[int]:
    """That the film shows at even distances."""
    return [int((start + frame / rate) * RATE + 1e-6) + 1 for frame in range(frames)]


def seen_in_steps_of(milliseconds: int, data: bytes) -> list[int]:
    """Encoders join frames that are the same."""
    frames, delays = frames_of(data, "RGB")
    assert all(delay % milliseconds == 0 for delay in delays), delays
    return [number for number, delay in zip(numbers_in(frames), delays, strict=True) for _ in range(delay // milliseconds)]


@pytest.mark.parametrize("format_", ["gif", "webp"])
@pytest.mark.parametrize("rate", [1, 5, 10, 25])
def test_frames_are_what_the_film_shows_then(org, film, format_, rate):
    frames, delays = frames_of(moving(org, film, f"fps-{rate}", format_), "RGB")
    assert numbers_in(frames) == numbers_at(rate, 4 * rate)
    assert all(frame.size == (videos.WIDTH, videos.HEIGHT) for frame in frames)
    assert all(delay == 1000 // rate for delay in delays[:-1]) and sum(delays) == pytest.approx(4000, abs=30)


def test_an_avif_moves_too(org, server, film, tmp_path):
    data = moving(org, film, "fps-5-seconds-2", "avif")
    seen = avif.shown_by_chromium(server.url + "/healthz", data)
    assert numbers_in([frame.convert("RGB") for frame in seen.frames]) == numbers_at(5, 10)
    assert seen.delays == [200] * 10 and seen.repetitions == -1
    [stream] = videos.probed(data)["streams"]
    assert (stream["codec_name"], stream["nb_read_frames"]) == ("av1", "10")
    assert float(stream["duration"]) == pytest.approx(2)


def test_a_jpeg_xl_moves_too(org, film):
    seen = jxl.Shown(moving(org, film, "fps-5-seconds-2", "jxl"))
    assert numbers_in([frame.convert("RGB") for frame in seen.frames]) == numbers_at(5, 10)
    assert seen.delays == [200] * 10 and seen.plays == 0


def test_animations_of_videos_are_played_without_end(org, film):
    for format_ in ("gif", "webp"):
        assert Image.open(io.BytesIO(moving(org, film, "fps-2", format_))).info["loop"] == 0


@pytest.mark.parametrize("options, wanted", [
    ("fps-10-seconds-1", numbers_at(10, 10)), ("fps-10-seconds-1.5-timestamp-00:00:02", numbers_at(10, 15, 2)),
    ("fps-25-seconds-0.4-timestamp-0.48", numbers_at(25, 10, 0.48)), ("fps-10-seconds-60-timestamp-3", numbers_at(10, 10, 3)),
    ("fps-10-timestamp-00:00:03.5", numbers_at(10, 5, 3.5)), ("seconds-0.5", numbers_at(10, 5)),
])
def test_a_part_begins_at_its_time_and_lasts_as_long_as_is_said(org, film, options, wanted):
    frames, delays = frames_of(moving(org, film, options), "RGB")
    assert numbers_in(frames) == wanted
    assert sum(delays) == pytest.approx(len(wanted) * delays[0], abs=30)


@pytest.mark.parametrize("format_, unit", [("gif", 10), ("webp", 1)])
def test_delays_do_not_drift(org, film, format_, unit):
    _, delays = frames_of(moving(org, film, "fps-12-seconds-3", format_), "RGB")
    assert len(delays) == 36 and sum(delays) == 3000
    for number in range(36):
        assert sum(delays[:number]) == pytest.approx(number * 1000 / 12, abs=unit / 2 + 0.1)


@pytest.mark.parametrize("kind, options", [
    ("h264.mp4", ("-g", "250", "-bf", "3")), ("h264.mp4", ("-x264-params", "open-gop=1:keyint=20:min-keyint=20:bframes=3")),
    ("h264.mp4", ("-movflags", "frag_keyframe+empty_moov", "-g", "25")), ("h264.mov", ("-g", "25")),
    ("vp9.webm", ("-g", "25")), ("vp8.webm", ("-live", "1", "-g", "25")), ("av1.webm", ("-g", "25")),
    ("hevc.mp4", ("-x265-params", "log-level=error:open-gop=1:keyint=20:bframes=3")),
])
def test_it_holds_however_a_video_is_written(org, kind, options):
    hash_ = org.add(videos.film(kind, 90, options=options))["hash"]
    frames, _ = frames_of(moving(org, hash_, "fps-10-seconds-2-timestamp-1"), "RGB")
    assert numbers_in(frames) == numbers_at(10, 20, 1)


def test_a_film_of_fewer_pictures_repeats_them(org):
    hash_ = org.add(videos.film(pictures=8, rate=4))["hash"]
    for format_ in ("gif", "webp"):
        seen = seen_in_steps_of(100, moving(org, hash_, "fps-10", format_))
        assert seen == [int(tenth / 10 * 4) + 1 for tenth in range(20)]


def test_a_film_that_does_not_begin_at_time_0(org):
    data = videos.remuxed(videos.film(pictures=50), "later.mp4", "-output_ts_offset", "10")
    hash_ = org.add(data)["hash"]
    frames, delays = frames_of(moving(org, hash_, "fps-5"), "RGB")
    assert numbers_in(frames) == numbers_at(5, 10) and sum(delays) == pytest.approx(2000, abs=30)


def test_what_is_cut_off_moves_as_far_as_it_goes(org):
    whole = videos.film(pictures=50, options=("-movflags", "faststart", "-g", "10"))
    hash_ = org.add(whole[:len(whole) * 3 // 4])["hash"]
    numbers = numbers_in(frames_of(moving(org, hash_, "fps-5"), "RGB")[0])
    assert numbers == sorted(numbers) and numbers[:4] == numbers_at(5, 4) and numbers[-1] < 50


def test_operations_are_done_to_each_frame(org, film):
    whole, _ = frames_of(moving(org, film, f"fps-5-seconds-1-{LOSSLESS}", "webp"), "RGB")
    steps = "resize-width-80--crop-width-40-height-30-anchor-center_top"
    frames, delays = frames_of(moving(org, film, f"fps-5-seconds-1-{LOSSLESS}", "webp", steps), "RGB")
    assert delays == [200] * 5 and len(whole) == 5
    for frame, source in zip(frames, whole, strict=True):
        wanted = source.resize((80, 48), Image.Resampling.LANCZOS).crop((20, 0, 60, 30))
        pixels.assert_alike(frame, wanted, 4)


@pytest.mark.parametrize("width", [20, 30, 40, 53, 79])
def test_small_frames_are_the_large_ones_made_smaller(org, film, width):
    """They are made smaller while they are decoded, but not all the way."""
    [large, *_], _ = frames_of(moving(org, film, f"fps-5-seconds-1-timestamp-1-{LOSSLESS}", "webp"), "RGB")
    frames, _ = frames_of(moving(org, film, f"fps-5-seconds-1-timestamp-1-{LOSSLESS}", "webp", f"resize-width-{width}"), "RGB")
    assert numbers_in(frames) == numbers_at(5, 5, 1) and frames[0].width == width
    pixels.assert_alike(frames[0], large.resize(frames[0].size, Image.Resampling.LANCZOS), 2)


def test_dpr_multiplies(org, film):
    frames, _ = frames_of(moving(org, film, "fps-5-seconds-1-dpr-1.5", "gif", "resize-width-40"), "RGB")
    assert [frame.size for frame in frames] == [(60, 36)] * 5 and numbers_in(frames) == numbers_at(5, 5)


def test_frames_are_the_stills_of_their_time(org, film):
    frames, _ = frames_of(moving(org, film, f"fps-5-seconds-1-timestamp-2-{LOSSLESS}", "webp"), "RGB")
    for number, frame in enumerate(frames):
        still = rendered(org, f"/dynamic/options-timestamp-{2 + number / 5:.1f}/{film}.png")
        pixels.assert_alike(frame, pixels.open_picture(still), 0)


def corner_picture(width: int = 120, height: int = 80) -> Image.Image:
    image = Image.new("RGB", (2, 2))
    image.putdata(list(COLOURS.values()))
    return image.resize((width, height), Image.Resampling.NEAREST)


@pytest.mark.parametrize("rotation, corners", [
    (90, ("green", "white", "red", "blue")), (180, ("white", "blue", "green", "red")),
])
def test_turned_videos_are_upright(org, rotation, corners):
    """FFmpeg's option counts anticlockwise."""
    seen = [corner_picture() for _ in range(25)]
    for number, picture in enumerate(seen):  # or encoders would join them
        picture.paste((10 * number,) * 3, (40, 24, 80, 56))
    data = videos.remuxed(videos.of_pictures(seen), "turned.mp4", "-metadata:s:v:0", f"rotate={rotation}")
    hash_ = org.add(data)["hash"]
    shape = (120, 80) if rotation == 180 else (80, 120)
    for operations, size in (("noop", shape), (f"resize-width-{shape[0] // 4}", (shape[0] // 4, shape[1] // 4))):
        frames, delays = frames_of(moving(org, hash_, "fps-5", "webp", operations), "RGB")
        assert {frame.size for frame in frames} == {size} and delays == [200] * 5
        for frame in frames:
            for (x, y), name in zip([(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)], corners, strict=True):
                assert pixels.is_near(pixels.colour_at(frame, x, y), COLOURS[name], 25), (operations, x, y, name)


def test_pixels_are_square(org):
    hash_ = org.add(videos.of_pictures([videos.numbered(number) for number in range(1, 11)], options=(
        "-vf", "scale=out_color_matrix=bt709,setsar=4/3", "-colorspace", "bt709")))["hash"]
    frames, _ = frames_of(moving(org, hash_, "fps-25"), "RGB")
    assert {frame.size for frame in frames} == {(213, 96)} and numbers_in(frames) == list(range(1, 11))


def test_what_is_brighter_than_white_is_tone_mapped(org):
    for transfer, sample, wanted in (("smpte2084", 148, 188), ("arib-std-b67", 191, 188)):
        shades = [Image.new("RGB", (64, 64), (shade,) * 3) for shade in (sample, 40)]
        data = videos.of_pictures(shades * 2, rate=5, encoder=videos.KINDS["hevc.mp4"][2], pixel_format="yuv420p10le", options=(
            "-vf", "scale=out_color_matrix=bt2020:out_range=tv", "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
            "-color_trc", transfer))
        hash_ = org.add(data)["hash"]
        for operations in ("noop", "resize-width-16"):
            frames, _ = frames_of(moving(org, hash_, "fps-5", "webp", operations), "RGB")
            assert len(frames) == 4
            for frame in frames[::2]:
                found = pixels.colour_at(frame, 0.5, 0.5)
                assert pixels.is_near(found, (wanted,) * 3, 6), (transfer, found)


def test_without_fps_and_seconds_it_is_one_picture(org, film):
    for format_ in ("gif", "webp"):
        frames, _ = frames_of(rendered(org, f"/dynamic/options-timestamp-1/{film}.{format_}"), "RGB")
        assert numbers_in(frames) == [26]


@pytest.mark.parametrize("format_", ["jpg", "png"])
def test_what_can_not_move_shares_its_render(org, film, format_):
    """A stack is for the animation and its poster."""
    org.put_stack("teaser", {"operations": [{"name": "resize", "options": {"width": 80}}],
                             "options": {"fps": 5, "seconds": 1.5, "timestamp": "00:00:01", "optim.disable_all": True}},
                  overwrite=True)
    plain = org.render(f"/dynamic/resize-width-80--o-timestamp-1-optim.disable_all-true/{film}.{format_}")
    poster = org.render(f"/teaser/{film}.{format_}")
    assert plain.status_code == 200, plain.text
    assert poster.content == plain.content and poster.headers["ETag"] == plain.headers["ETag"]
    assert "hit" in poster.headers["Cache-Status"]
    assert numbers_in(frames_of(rendered(org, f"/teaser/{film}.gif"), "RGB")[0]) == numbers_at(5, 8, 1)


def test_what_is_the_same_shares_its_render(org, film):
    first = org.render(f"/dynamic/resize-width-70--o-fps-10-optim.disable_all-true/{film}.gif")
    assert first.status_code == 200, first.text
    for options in ("timestamp-0-fps-10", "timestamp-00:00:00.0-fps-10", "fps-10-seconds-60"):
        other = org.render(f"/dynamic/resize-width-70--o-{options}-optim.disable_all-true/{film}.gif")
        assert other.headers["ETag"] == first.headers["ETag"] and "hit" in other.headers["Cache-Status"], options
    for options in ("fps-9", "fps-10-timestamp-1", "fps-10-seconds-3"):
        other = org.render(f"/dynamic/resize-width-70--o-{options}-optim.disable_all-true/{film}.gif")
        assert other.status_code == 200 and other.headers["ETag"] != first.headers["ETag"], options


def test_animations_keep_their_own_timing(org):
    hash_ = org.add(pictures.animation("GIF"))["hash"]
    plain = org.render(f"/dynamic/noop--o-optim.disable_all-true/{hash_}.webp")
    timed = org.render(f"/dynamic/noop--o-fps-25-seconds-0.1-optim.disable_all-true/{hash_}.webp")
    assert timed.content == plain.content and timed.headers["ETag"] == plain.headers["ETag"]


def test_autoformat_makes_a_webp_of_a_gif(org, film):
    path = f"/dynamic/resize-width-80--o-autoformat-true-fps-5-seconds-1/{film}.gif"
    answer = org.render(path, headers={"Accept": "image/avif,image/webp,*/*"})
    assert answer.headers["Content-Type"] == "image/webp" and "Accept" in answer.headers["Vary"]
    assert numbers_in(frames_of(answer.content, "RGB")[0]) == numbers_at(5, 5)
    assert org.render(path, headers={"Accept": "image/gif"}).headers["Content-Type"] == "image/gif"


def test_autoformat_of_a_still_stays_a_still(org, film):
    path = f"/dynamic/resize-width-80--o-autoformat-true-fps-5-seconds-1/{film}.jpg"
    answer = org.render(path, headers={"Accept": "image/webp,*/*"})
    assert answer.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(answer.content)).n_frames == 1


def test_a_base_stack_hands_its_frames_on(org, film):
    org.put_stack("moving", {"operations": [{"name": "resize", "options": {"width": 80}}],
                             "options": {"fps": 5, "seconds": 2, "timestamp": "1"}}, overwrite=True)
    frames, delays = frames_of(rendered(org, f"/dynamic/resize-width-40--o-basestack-moving/{film}.gif"), "RGB")
    assert numbers_in(frames) == numbers_at(5, 10, 1) and delays == [200] * 10
    assert frames[0].size == (40, 24)


def test_others_lie_over_each_frame_and_a_video_over_others_is_a_still(org, film):
    grey = org.add(pictures.solid((90, 90, 90), 40, 96))["hash"]
    frames, _ = frames_of(moving(org, film, "fps-5-seconds-1", "webp", f"composition-secondary_image-{grey}"), "RGB")
    assert len(frames) == 5
    for frame in frames:
        assert pixels.is_near(pixels.colour_at(frame, 0.5, 0.5), (90, 90, 90), 12)
    photo = org.add(pictures.photo(seed=91))["hash"]
    answer = rendered(org, f"/dynamic/composition-secondary_image-{film}--o-fps-5/{photo}.webp")
    assert Image.open(io.BytesIO(answer)).n_frames == 1


def test_trim_takes_what_any_frame_shows(org):
    spots = []
    for left in (20, 60, 100):
        image = Image.new("RGB", (160, 96), (0, 0, 0))
        image.paste((255, 255, 255), (left, 30, left + 20, 60))
        spots.append(image)
    hash_ = org.add(videos.of_pictures(spots, rate=5, encoder=(*videos.H264, "-crf", "5")))["hash"]
    frames, _ = frames_of(moving(org, hash_, "fps-5", "webp", "trim-fuzzy-20"), "RGB")
    assert len(frames) == 3 and frames[0].width == pytest.approx(100, abs=4) and frames[0].height == pytest.approx(30, abs=4)


def test_the_video_itself_stays_as_it_is(org, film):
    data = org.image(film, "/download").content
    assert rendered(org, f"/dynamic/options-fps-5-seconds-1/{film}.mp4") == data


@pytest.mark.parametrize("option, value", [("fps", "0"), ("fps", "26"), ("fps", "9.5"), ("fps", "x"), ("seconds", "0"),
                                           ("seconds", "0.05"), ("seconds", "60.5"), ("seconds", "x")])
def test_what_is_out_of_range_is_refused(org, film, option, value):
    answer = org.render(f"/dynamic/options-{option}-{value}/{film}.gif")
    assert_error(answer, 400)
    assert option in answer.json()["message"]


def test_after_the_end_there_is_nothing(org, film):
    assert_error(org.render(f"/dynamic/options-fps-5-timestamp-00:00:05/{film}.gif"), 400)
    frames, _ = frames_of(moving(org, film, "fps-10-timestamp-4"), "RGB")
    assert numbers_in(frames) == [100]


def fitting_seconds(answer) -> float:
    assert_error(answer, 413)
    return float(re.search(r"([0-9.]+) seconds (from there )?fit", answer.json()["message"])[1])


@pytest.mark.parametrize("setting, value, wanted", [
    ("max_source_frames", 15, 1.5), ("max_source_pixels", 22 * videos.WIDTH * videos.HEIGHT, 2.2),
    ("max_still_pixels", 40 * videos.WIDTH * videos.HEIGHT, 1.5),
])
def test_limits_are_named_with_how_much_fits(start_server, setting, value, wanted):
    org = start_server(f"[render]\n{setting} = {value}\n").organization()
    hash_ = org.add(videos.film(options=("-g", "250", "-sc_threshold", "0")))["hash"]
    answer = org.render(f"/dynamic/resize-width-40--o-fps-10/{hash_}.gif")
    seconds = fitting_seconds(answer)
    assert f"render.{setting}" in answer.json()["message"]
    assert seconds == pytest.approx(wanted, abs=0.11)
    frames, _ = frames_of(moving(org, hash_, f"fps-10-seconds-{seconds}", "gif", "resize-width-40"), "RGB")
    assert numbers_in(frames) == numbers_at(10, round(10 * seconds))


def test_a_start_that_is_too_far_from_a_whole_picture(start_server):
    org = start_server(f"[render]\nmax_still_pixels = {20 * videos.WIDTH * videos.HEIGHT}\n").organization()
    hash_ = org.add(videos.film(options=("-g", "250", "-sc_threshold", "0")))["hash"]
    answer = org.render(f"/dynamic/resize-width-40--o-fps-10-timestamp-3/{hash_}.gif")
    assert_error(answer, 413)
    assert "Nothing that begins there fits" in answer.json()["message"]


def test_what_comes_out_too_large_says_how_much_would_not(start_server):
    frame = videos.WIDTH * videos.HEIGHT
    org = start_server(f"[render]\nmax_output_pixels = {12 * frame}\n").organization()
    hash_ = org.add(videos.film())["hash"]
    answer = org.render(f"/dynamic/options-fps-10/{hash_}.gif")
    assert_error(answer, 422)
    assert "render.max_output_pixels" in answer.json()["message"] and "1.2 seconds fit" in answer.json()["message"]
    assert len(frames_of(moving(org, hash_, "fps-10-seconds-1.2"), "RGB")[0]) == 12
    assert len(frames_of(moving(org, hash_, "fps-10", "gif", "resize-width-80"), "RGB")[0]) == 40


def test_many_large_frames_do_not_lie_in_memory(start_server, tmp_path):
    """A hundred of 1920 × 1080 pixels are 620 MB."""
    file = tmp_path / "large.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=1920x1080:rate=10:duration=10", "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(file)], check=True, timeout=120)
    server = start_server("[render]\nworkers = 1\njob_timeout = 120\n")
    org = server.organization()
    hash_ = org.add(file.read_bytes())["hash"]
    frames, delays = frames_of(moving(org, hash_, "fps-10", "webp", "resize-width-160"), "RGB")
    assert len(frames) == 100 and sum(delays) == 10_000
    assert max(peak_resident_bytes(worker) for worker in server.workers()) < 350_000_000
