"""Videos as sources: what is known of them, pictures of them, and the videos themselves. Written by the program ffmpeg."""

import io
import random
import subprocess

import pytest
from PIL import Image, ImageSequence

from harness import pictures, pixels, videos
from harness.errors import assert_error
from harness.signing import signed

RATE = videos.RATE


@pytest.fixture(scope="module")
def film(org):
    """A hundred pictures, four seconds, with a keyframe every second and pictures that hang on later ones."""
    return org.add(videos.film(sound=True, options=("-g", "25", "-bf", "2", "-shortest")), "film.mp4")


def still_of(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def still(org, hash_: str, timestamp: str | None = None) -> Image.Image:
    options = f"/options-timestamp-{timestamp}" if timestamp else ""
    return still_of(org.render(f"/dynamic{options}/{hash_}.png"))


@pytest.mark.parametrize("kind", videos.KINDS)
def test_each_kind_is_told_by_its_content(org, kind):
    data = videos.film(kind, 30)
    format_, mimetype, _ = videos.KINDS[kind]
    item = org.add(data, "picture.jpg")
    assert (item["format"], item["mimetype"], item["size"]) == (format_, mimetype, len(data))
    assert (item["width"], item["height"], item["animated"], item["opaque"]) == (videos.WIDTH, videos.HEIGHT, False, True)
    assert item["hash"] in [found["hash"] for found in org.images(mimetype=mimetype).json()["items"]]
    assert videos.number_in(still(org, item["hash"])) == 1
    assert videos.number_in(still(org, item["hash"], "0:01")) == RATE + 1
    answer = org.render(f"/dynamic/{item['hash']}.{format_}")
    assert answer.status_code == 200 and answer.content == data and answer.headers["Content-Type"] == mimetype


def test_metadata_tell_of_duration_rate_and_streams(org, film):
    data = film["static_metadata"]["video"]["data"]
    assert data["video_info"].startswith("h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709")
    assert "160x96" in data["video_info"] and data["video_info"].endswith(", 25 fps")
    assert data["audio_info"].startswith("aac") and "44100 Hz" in data["audio_info"]
    assert (data["hours"], data["mins"], data["secs"], data["duration"]) == ("00", "00", "04", f"00:00:04.{data['ms']}")
    assert data["bitrate_per_sec"] == pytest.approx(film["size"] * 8 / 4, rel=0.02)
    assert org.image(film["hash"]).json()["static_metadata"] == film["static_metadata"]


def test_what_is_recorded_by_a_browser_has_a_duration_too(org):
    """Its head was written before anybody knew it."""
    data = videos.remuxed(videos.film("vp8.webm", 50), "live.webm", "-live", "1")
    assert "duration" not in videos.probed(data)["format"]
    assert org.add(data)["static_metadata"]["video"]["data"]["duration"] == "00:00:02.00"


@pytest.mark.parametrize("timestamp, number", [
    ("00:00:00", 1), ("00:00:00.04", 2), ("00:00:00.039", 1), ("0:00.5", 13), ("1", 26), ("00:00:01.0", 26), ("00:00:00.96", 25),
    ("00:00:02.999", 75), ("3.48", 88), ("00:00:03.96", 100), ("4", 100),
])
def test_a_timestamp_is_the_picture_that_is_shown_then(org, film, timestamp, number):
    assert videos.number_in(still(org, film["hash"], timestamp)) == number


@pytest.mark.parametrize("kind, options", [
    ("h264.mp4", ("-g", "250", "-bf", "3")), ("h264.mp4", ("-x264-params", "open-gop=1:keyint=20:min-keyint=20:bframes=3")),
    ("h264.mp4", ("-movflags", "frag_keyframe+empty_moov", "-g", "25")), ("h264.mp4", ("-movflags", "faststart")),
    ("h264.mov", ("-g", "25")), ("vp9.webm", ("-g", "25")), ("vp8.webm", ("-live", "1", "-g", "25")), ("av1.webm", ("-g", "25")),
    ("hevc.mp4", ("-x265-params", "log-level=error:open-gop=1:keyint=20:bframes=3")),
])
def test_timestamps_hold_however_a_video_is_written(org, kind, options):
    hash_ = org.add(videos.film(kind, 90, options=options))["hash"]
    for timestamp, number in [("0:00.80", 21), ("0:00.84", 22), ("0:01.56", 40), ("0:01.60", 41), ("0:02.72", 69), ("0:03.5", 88)]:
        assert videos.number_in(still(org, hash_, timestamp)) == number, timestamp


def test_the_time_is_exact_where_no_picture_is_whole(org):
    """Where its keyframes are, a decoder may begin, but shows nothing until all of the picture has been refreshed."""
    options = ("-x264-params", "intra-refresh=1:keyint=50:scenecut=0")
    hash_ = org.add(videos.film(pictures=250, options=options))["hash"]
    for number in (1, 52, 84, 110, 178, 188, 223, 249, 250):
        assert videos.number_in(still(org, hash_, f"0:{(number - 1) / RATE:05.2f}")) == number
    moving = org.render(f"/dynamic/options-fps-5-seconds-1-timestamp-0:03.32/{hash_}.webp")
    assert moving.status_code == 200, moving.text
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(io.BytesIO(moving.content)))]
    assert [videos.number_in(frame) for frame in frames] == [84, 89, 94, 99, 104]


@pytest.mark.parametrize("timestamp", ["00:00:04.20", "00:00:05", "99:59:59"])
def test_after_the_end_there_is_no_picture(org, film, timestamp):
    answer = org.render(f"/dynamic/options-timestamp-{timestamp}/{film['hash']}.jpg")
    assert_error(answer, 400)
    assert "00:00:04.0" in answer.json()["message"]


@pytest.mark.parametrize("kind", ["h264.mp4", "vp8.webm"])
def test_a_video_that_does_not_begin_at_time_0_is_no_longer_for_that(org, kind):
    """What comes before its first picture counted as its length, and against the limit."""
    data = videos.remuxed(videos.film(kind, 50), f"later.{kind.split('.')[1]}", "-output_ts_offset", "10")
    image = org.add(data)
    assert image["static_metadata"]["video"]["data"]["duration"] == "00:00:02.00"
    assert videos.number_in(still(org, image["hash"], "1")) == 26
    assert_error(org.render(f"/dynamic/options-timestamp-3/{image['hash']}.jpg"), 400)


@pytest.mark.parametrize("timestamp", ["x", "00:60:00", "00:00:60", "1:2:3:4", "00:00:40.1234", ":1", "1.", "%2B1", "100:00:00"])
def test_what_is_no_time_is_refused(org, film, timestamp):
    answer = org.render(f"/dynamic/options-timestamp-{timestamp}/{film['hash']}.jpg")
    assert_error(answer, 400)
    assert "timestamp" in answer.json()["message"]


def test_pictures_have_no_time_and_share_their_render(org):
    """What a source does not have is no part of its render's key."""
    hash_ = org.add(pictures.photo(seed=71))["hash"]
    plain = org.render(f"/dynamic/resize-width-50--o-optim.disable_all-true/{hash_}.jpg")
    timed = org.render(f"/dynamic/resize-width-50--o-optim.disable_all-true-timestamp-00:00:01/{hash_}.jpg")
    assert plain.status_code == 200, plain.text
    assert timed.content == plain.content and timed.headers["ETag"] == plain.headers["ETag"]
    assert "hit" in timed.headers["Cache-Status"]


def test_without_a_timestamp_the_first_picture_that_shows_something_counts(org):
    black = Image.new("RGB", (videos.WIDTH, videos.HEIGHT), (3, 3, 3))
    shown = [videos.numbered(number) for number in range(1, 11)]
    assert videos.number_in(still(org, org.add(videos.of_pictures([black] * 30 + shown))["hash"])) == 1
    # Where nothing shows for three seconds, it is what it is.
    late = org.add(videos.of_pictures([black] * 80 + shown))["hash"]
    assert pixels.is_near(pixels.colour_at(still(org, late), 0.5, 0.5), (3, 3, 3))
    one = org.add(videos.of_pictures([Image.new("RGB", (64, 64), (200, 30, 30))] * 5))["hash"]
    assert pixels.is_near(pixels.colour_at(still(org, one), 0.5, 0.5), (200, 30, 30))


@pytest.mark.parametrize("rotation, corners", [
    (0, ("red", "green", "blue", "white")), (90, ("green", "white", "red", "blue")),
    (180, ("white", "blue", "green", "red")), (270, ("blue", "red", "white", "green")),
])
def test_videos_are_upright(org, rotation, corners):
    """FFmpeg's option counts anticlockwise."""
    data = videos.remuxed(videos.of_pictures([corner_picture()] * 3), "turned.mp4", "-metadata:s:v:0", f"rotate={rotation}")
    item = org.add(data)
    size = (120, 80) if rotation % 180 == 0 else (80, 120)
    assert (item["width"], item["height"]) == size
    image = still(org, item["hash"])
    assert image.size == size
    for (x, y), name in zip([(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)], corners, strict=True):
        assert pixels.is_near(pixels.colour_at(image, x, y), COLOURS[name], 25), (x, y, name)


COLOURS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200), "white": (230, 230, 230)}


def corner_picture(width: int = 120, height: int = 80) -> Image.Image:
    image = Image.new("RGB", (2, 2))
    image.putdata([COLOURS[name] for name in ("red", "green", "blue", "white")])
    return image.resize((width, height), Image.Resampling.NEAREST)


@pytest.mark.parametrize("sar, size", [("4/3", (160, 80)), ("1/2", (120, 160)), ("1/1", (120, 80))])
def test_pixels_are_square(org, sar, size):
    item = org.add(videos.of_pictures([corner_picture()] * 3, options=(
        "-vf", f"scale=out_color_matrix=bt709,setsar={sar}", "-colorspace", "bt709")))
    assert (item["width"], item["height"]) == size
    assert still(org, item["hash"]).size == size


@pytest.mark.parametrize("name, matrix, range_, pixel_format, tags", [
    ("BT.709", "bt709", "tv", "yuv420p", ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")),
    ("all of the range", "bt709", "pc", "yuv420p", ("-colorspace", "bt709", "-color_range", "pc")),
    ("BT.601", "bt601", "tv", "yuv420p", ("-colorspace", "smpte170m")),
    ("of small pictures that say nothing", "bt601", "tv", "yuv420p", ()),
    ("ten bits", "bt709", "tv", "yuv422p10le", ("-colorspace", "bt709")),
    ("no subsampling", "bt709", "tv", "yuv444p", ("-colorspace", "bt709")),
    ("the matrix of BT.2020", "bt2020", "tv", "yuv420p10le", ("-colorspace", "bt2020nc", "-color_primaries", "bt709")),
])
def test_colours_come_out_as_they_went_in(org, name, matrix, range_, pixel_format, tags):
    data = videos.of_pictures([corner_picture()] * 3, encoder=(*videos.H264, "-crf", "5"), pixel_format=pixel_format,
                              options=("-vf", f"scale=out_color_matrix={matrix}:out_range={range_}", *tags))
    image = still(org, org.add(data)["hash"])
    for (x, y), colour in zip([(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)], COLOURS.values(), strict=True):
        assert pixels.is_near(pixels.colour_at(image, x, y), colour, 4), (name, colour, pixels.colour_at(image, x, y))


def test_what_is_brighter_than_white_is_tone_mapped(org):
    """White, 203 cd/m², is 0.58 of PQ's samples; of HLG's it is three quarters."""
    for transfer, sample, wanted in (("smpte2084", 148, 188), ("arib-std-b67", 191, 188)):
        data = videos.of_pictures([Image.new("RGB", (64, 64), (sample,) * 3)] * 3, encoder=videos.KINDS["hevc.mp4"][2],
                                  pixel_format="yuv420p10le", options=(
            "-vf", "scale=out_color_matrix=bt2020:out_range=tv", "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
            "-color_trc", transfer))
        found = pixels.colour_at(still(org, org.add(data)["hash"]), 0.5, 0.5)
        assert pixels.is_near(found, (wanted,) * 3, 6), (transfer, found)


def test_a_picture_of_a_video_is_a_picture(org, film):
    org.put_stack("poster", {"operations": [{"name": "resize", "options": {"width": 80}},
                                            {"name": "crop", "options": {"width": 40, "height": 40}}],
                             "options": {"timestamp": "00:00:02"}})
    for format_ in ("jpg", "webp", "avif", "png"):
        answer = org.render(f"/poster/{film['hash']}.{format_}")
        assert answer.status_code == 200, answer.text
        assert pixels.size_of(answer.content) == (40, 40)
    full = still(org, film["hash"], "00:00:02")
    small = pixels.open_picture(org.render(f"/dynamic/resize-width-80--o-timestamp-00:00:02/{film['hash']}.png").content)
    pixels.assert_alike(small, full.resize((80, 48), Image.Resampling.LANCZOS), 3)


def test_a_picture_of_a_video_lies_over_others(org, film):
    org.put_stack("at2", {"operations": [{"name": "noop"}], "options": {"timestamp": "00:00:02"}})
    grey = org.add(pictures.solid((90, 90, 90), videos.WIDTH, videos.HEIGHT))["hash"]
    over = f"composition-secondary_image-{film['hash']}-secondary_stack-at2"
    assert videos.number_in(still_of(org.render(f"/dynamic/{over}/{grey}.png"))) == 51
    over = f"composition-secondary_image-{film['hash']}"
    assert videos.number_in(still_of(org.render(f"/dynamic/{over}/{grey}.png"))) == 1


def test_the_video_itself_comes_in_parts_and_may_be_kept(org, film):
    data = org.image(film["hash"], "/download").content
    org.put_stack("small", {"operations": [{"name": "resize", "options": {"width": 20}}]})
    for path in (f"/small/{film['hash']}.mp4", f"/dynamic/noop/{film['short_hash']}/slug.mp4", f"/dynamic/{film['hash']}.mp4"):
        answer = org.render(path)
        assert answer.status_code == 200 and answer.content == data, path
    assert answer.headers["Content-Type"] == "video/mp4" and answer.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in answer.headers["Cache-Control"]
    etag = answer.headers["ETag"]
    part = org.render(f"/dynamic/{film['hash']}.mp4", headers={"Range": "bytes=1000-1999", "If-Range": etag})
    assert part.status_code == 206 and part.content == data[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(data)}"
    assert org.render(f"/dynamic/{film['hash']}.mp4", headers={"If-None-Match": etag}).status_code == 304
    head = org.render(f"/dynamic/{film['hash']}.mp4", "HEAD")
    assert head.headers["Content-Length"] == str(len(data)) and not head.content


def test_what_a_stack_is_based_on_counts_for_the_video_too(org, film):
    """It was delivered unsigned by a stack that is based on a protected one, and kept for ever by one based on a preview."""
    org.put_stack("closed", {"operations": [{"name": "resize", "options": {"width": 20}}], "options": {"protected": True}})
    org.put_stack("on_closed", {"operations": [], "options": {"basestack": "closed"}})
    org.put_stack("over_on_closed", {"operations": [], "options": {"basestack": "on_closed"}})
    org.put_stack("_preview_draft", {"operations": [{"name": "resize", "options": {"width": 20}}]})
    org.put_stack("on_draft", {"operations": [], "options": {"basestack": "_preview_draft"}})
    org.put_stack("on_nothing", {"operations": [], "options": {"basestack": "no-such-stack"}})
    for ending in ("mp4", "jpg"):
        for stack in ("closed", "on_closed", "over_on_closed", "dynamic/o-basestack-closed"):
            assert_error(org.render(f"/{stack}/{film['hash']}.{ending}"), 403)
        assert "no-store" in org.render(f"/on_draft/{film['hash']}.{ending}").headers["Cache-Control"]
        assert_error(org.render(f"/on_nothing/{film['hash']}.{ending}"), 404)
    key = org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]
    assert org.render(signed(f"/on_closed/{film['hash']}.mp4", key)).status_code == 200


def test_videos_are_not_converted(org, film):
    for path, code in ((f"/dynamic/{film['hash']}.webm", 415), (f"/dynamic/{film['hash']}.mov", 415),
                       (f"/dynamic/resize-width-50/{film['hash']}.mp4", 422)):
        answer = org.render(path)
        assert_error(answer, code)
        assert "as it is" in answer.json()["message"] or "as they are" in answer.json()["message"]
    photo = org.add(pictures.photo(seed=73))["hash"]
    assert_error(org.render(f"/dynamic/{photo}.mov"), 415)
    for ending in ("mp4", "webm", "mov"):
        assert_error(org.render(f"/_iiif/3/{film['hash']}/full/max/0/default.{ending}"), 415)


def test_a_video_has_an_alias_as_pictures_have(org, film):
    org.point("trailer", film["hash"])
    video = org.render("/dynamic/-_trailer_-.mp4")
    assert video.status_code == 200 and "immutable" not in video.headers["Cache-Control"]
    assert videos.number_in(still_of(org.render("/dynamic/-_trailer_-.png"))) == 1
    other = org.add(videos.film(pictures=7))
    org.point("trailer", other["hash"])
    assert int(org.render("/dynamic/-_trailer_-.mp4").headers["Content-Length"]) == other["size"]


@pytest.mark.parametrize("name, encoder, container", [
    ("MPEG-4", ("-c:v", "mpeg4"), "a.mp4"), ("ProRes", ("-c:v", "prores"), "a.mov"), ("Motion JPEG", ("-c:v", "mjpeg"), "a.mov"),
    ("H.264 in Matroska", videos.H264, "a.mkv"),
])
def test_other_codecs_are_refused_with_their_name(org, name, encoder, container):
    formats = {"prores": "yuv422p10le", "mjpeg": "yuvj420p"}
    data = videos.of_pictures([corner_picture()] * 3, container, encoder, pixel_format=formats.get(encoder[1], "yuv420p"))
    answer = org.upload((container, data))
    assert_error(answer, 415)
    assert "VP9" in answer.json()["message"]


def test_sound_alone_is_no_video(org, tmp_path):
    file = tmp_path / "sound.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", str(file)], check=True)
    assert_error(org.upload(("sound.mp4", file.read_bytes())), 422)


def test_what_is_cut_off_is_shown_as_far_as_it_goes(org):
    whole = videos.film(pictures=50, options=("-movflags", "faststart", "-g", "10"))
    item = org.add(whole[:len(whole) * 3 // 4])
    assert videos.number_in(still(org, item["hash"])) == 1
    last = videos.number_in(still(org, item["hash"], "1.96"))
    assert 20 < last < 50


@pytest.mark.parametrize("name, damage", [
    ("without its index", lambda data: data[:len(data) // 2]), ("head only", lambda data: data[:40]),
    ("no pictures", lambda data: data[:data.index(b"mdat") + 4] + b"\0" * (len(data) - data.index(b"mdat") - 4)),
])
def test_what_shows_nothing_is_refused(org, name, damage):
    options = ("-movflags", "faststart") if name == "no pictures" else ()
    assert_error(org.upload(("film.mp4", damage(videos.film(pictures=25, options=options)))), 422)


def test_damaged_bytes_cost_pictures_and_nothing_else(org):
    """No worker falls, whatever they are."""
    chance = random.Random(5)
    for kind in ("h264.mp4", "hevc.mp4", "vp9.webm", "av1.webm"):
        whole = videos.film(kind, 25)
        for _ in range(12):
            data = bytearray(whole)
            for _ in range(20):
                data[chance.randrange(64, len(data))] = chance.randrange(256)
            answer = org.upload(("film", bytes(data)))
            assert answer.status_code in (200, 201, 413, 415, 422), answer.text
            if answer.status_code in (200, 201):
                hash_ = answer.json()["items"][0]["hash"]
                shown = org.render(f"/dynamic/options-timestamp-0.5/{hash_}.jpg")
                assert shown.status_code in (200, 400, 422), shown.text


@pytest.mark.parametrize("text", ["#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
                                  "ffconcat version 1.0\nfile /etc/passwd\n"])
def test_lists_of_other_files_are_texts(org, text):
    answer = org.upload(("film.mp4", text.encode()))
    assert answer.status_code == 422 or answer.json()["items"][0]["format"] == "txt"


def test_limits_are_named_before_anything_is_decoded(start_server):
    server = start_server("[render]\nmax_video_pixel_seconds = 100000\nmax_still_pixels = 300000\n")
    org = server.organization()
    long = org.upload(("long.mp4", videos.film(pictures=200)))
    assert_error(long, 413)
    assert "render.max_video_pixel_seconds" in long.json()["message"]
    hash_ = org.add(videos.film(pictures=50, options=("-g", "250", "-sc_threshold", "0")))["hash"]
    assert videos.number_in(still(org, hash_, "0:00.2")) == 6
    far = org.render(f"/dynamic/options-timestamp-0:01.9/{hash_}.jpg")
    assert_error(far, 413)
    assert "render.max_still_pixels" in far.json()["message"]
