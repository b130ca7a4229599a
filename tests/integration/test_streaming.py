"""Videos in parts (HTTP Live Streaming): the lists and the parts of the running server, played by the program ffmpeg."""

import json
import re
import subprocess
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus

import pytest

from harness import pictures, videos
from harness.busy import busy_worker, in_background
from harness.errors import assert_error
from harness.signing import signed

PICTURES = 310  # 12.4 s: three parts
WIDTH, HEIGHT = 640, 384
LARGER = ("-vf", f"scale={WIDTH}:{HEIGHT}:flags=neighbor:out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709",
          "-color_primaries", "bt709", "-color_trc", "bt709")


@pytest.fixture(scope="module")
def film(org):
    """With a keyframe every two seconds."""
    options = (*LARGER, "-g", "50", "-sc_threshold", "0", "-bf", "2", "-shortest")
    return org.add(videos.film(pictures=PICTURES, sound=True, options=options), "film.mp4")


def lines(answer) -> list[str]:
    """The URLs of a list."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert answer.text.startswith("#EXTM3U\n#EXT-X-VERSION:3\n") and answer.text.count("#EXTM3U") == 1
    return [line for line in answer.text.splitlines() if not line.startswith("#")]


def seconds(answer) -> list[float]:
    return [float(found) for found in re.findall(r"#EXTINF:([0-9.]+),", answer.text)]


def get(server, path: str, **options):
    """A path as it stands in a list."""
    return server.anonymous().request("GET", path, **options)


def numbers_of(url: str, stream: str = "0:v:0") -> list[int]:
    """Of the pictures that play, in their order. Nothing is dropped or doubled on the way."""
    command = ["ffmpeg", "-v", "error", "-i", url, "-map", stream, "-fps_mode", "passthrough", "-vf", "scale=8:8:flags=area",
               "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert done.stderr == b"", done.stderr
    return [sum(1 << bit for bit in range(videos.BITS) if done.stdout[at + bit] > 127)
            for at in range(0, len(done.stdout), 64)]


def numbered(count: int) -> list[int]:
    return [number % 256 for number in range(1, count + 1)]


def streams_of(url: str) -> list[dict]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == "", done.stderr
    return json.loads(done.stdout)["streams"]


def url_of(org, path: str) -> str:
    return f"{org.url}/render/{org.organization}{path}"


def test_the_video_itself_plays_from_its_list(org, film):
    answer = org.render(f"/dynamic/{film['hash']}.m3u8")
    parts = lines(answer)
    assert len(parts) == len(seconds(answer)) == 3
    assert all(re.fullmatch(rf"/render/{org.organization}/dynamic/{film['hash']}/[0-9]+-{WIDTH}x{HEIGHT}_{number}\.ts", part)
               for number, part in enumerate(parts))
    assert sum(seconds(answer)) == pytest.approx(PICTURES / videos.RATE, abs=1 / videos.RATE)
    longest = int(re.search(r"#EXT-X-TARGETDURATION:([0-9]+)\n", answer.text)[1])
    assert longest - 1 < max(seconds(answer)) <= longest
    assert answer.text.endswith("\n#EXT-X-ENDLIST\n") and "#EXT-X-PLAYLIST-TYPE:VOD\n" in answer.text
    url = url_of(org, f"/dynamic/{film['hash']}.m3u8")
    assert numbers_of(url) == numbered(PICTURES)
    kinds = {stream["codec_type"]: stream for stream in streams_of(url)}
    assert (kinds["video"]["codec_name"], kinds["audio"]["codec_name"]) == ("h264", "aac")
    assert (kinds["video"]["width"], kinds["video"]["height"]) == (WIDTH, HEIGHT)


def test_smaller_renditions_play_as_well(org, server, film):
    answer = org.render(f"/dynamic/{film['hash']}.m3u")
    lists = lines(answer)
    sizes = [(WIDTH, HEIGHT), (600, 360)]
    assert re.findall(r"RESOLUTION=(\d+)x(\d+)", answer.text) == [(str(width), str(height)) for width, height in sizes]
    bandwidths = [int(found) for found in re.findall(r"BANDWIDTH=(\d+)", answer.text)]
    assert bandwidths[0] > bandwidths[1] > 0
    assert bandwidths[0] == pytest.approx(film["size"] * 8 * videos.RATE / PICTURES, rel=0.05)
    times = []
    for path, size in zip(lists, sizes, strict=True):
        assert numbers_of(server.url + path) == numbered(PICTURES), path
        kinds = {stream["codec_type"]: stream for stream in streams_of(server.url + path)}
        assert (kinds["video"]["width"], kinds["video"]["height"]) == size and "audio" in kinds
        times.append(seconds(get(server, path)))
    assert times[0] == times[1], "a player goes from one to another between parts"
    assert numbers_of(url_of(org, f"/dynamic/{film['hash']}.m3u")) == numbered(PICTURES)


def test_lists_are_kept_as_renders_are(org, film):
    for ending in ("m3u8", "m3u"):
        path = f"/dynamic/{film['hash']}.{ending}"
        answer = org.render(path)
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        still = org.render(f"/dynamic/{film['hash']}.jpg")
        assert answer.headers["Cache-Groups"] == still.headers["Cache-Groups"]
        etag = answer.headers["ETag"]
        assert org.render(path, headers={"If-None-Match": etag}).status_code == 304
        head = org.render(path, "HEAD")
        assert head.headers["Content-Length"] == str(len(answer.content)) and not head.content
        by_short_hash = org.render(f"/dynamic/{film['short_hash']}.{ending}")
        assert by_short_hash.text == answer.text
        saved = org.render(f"/dynamic/o-content_disposition-attachment/{film['hash']}.{ending}")
        assert saved.headers["Content-Disposition"] == f'attachment; filename="film.{ending}"'
        assert saved.headers["ETag"] != etag


def test_a_part_is_made_once(new_org, server):
    hash_ = new_org.add(videos.film(pictures=30))["hash"]
    path, = lines(new_org.render(f"/dynamic/{hash_}.m3u8"))
    first = get(server, path)
    assert first.status_code == 200, first.text
    assert first.headers["Content-Type"] == "video/mp2t" and "immutable" in first.headers["Cache-Control"]
    assert first.headers["Cache-Status"].startswith("rucola; fwd=miss")
    again = get(server, path)
    assert again.content == first.content and again.headers["Cache-Status"].startswith("rucola; hit")
    assert again.headers["ETag"] == first.headers["ETag"]
    other_rate = get(server, re.sub(r"/\d+-", "/1-", path))
    assert other_rate.content == first.content and other_rate.headers["Cache-Status"].startswith("rucola; hit")


def test_an_alias_that_moves_shows_the_other_film(org, film):
    org.point("trailer", film["hash"])
    answer = org.render("/dynamic/-_trailer_-.m3u8")
    assert all(f"/{film['hash']}/" in line for line in lines(answer)), "parts are named by the hash"
    assert "immutable" not in answer.headers["Cache-Control"]
    other = org.add(videos.film(pictures=40))
    org.point("trailer", other["hash"])
    for ending in ("m3u8", "m3u"):
        assert all(f"/{other['hash']}/" in line for line in lines(org.render(f"/dynamic/-_trailer_-.{ending}")))
    assert numbers_of(url_of(org, "/dynamic/-_trailer_-.m3u8")) == numbered(40)


def test_on_its_own_host_and_below_a_prefix_paths_begin_as_the_lists(org, film, start_server):
    path = f"/dynamic/{film['hash']}.m3u8"
    assert all(line.startswith(f"/dynamic/{film['hash']}/") for line in lines(org.render_on_host(path)))
    assert all(line.startswith(f"/dynamic/{film['hash']}/") for line in lines(org.render_on_host("/" + path)))
    part = lines(org.render_on_host(path))[0]
    assert org.render_on_host(part).headers["Content-Type"] == "video/mp2t"
    server = start_server('[server]\npath_prefix = "/img"\n')
    below = server.organization()
    hash_ = below.add(videos.film(pictures=30))["hash"]
    path = f"/img/render/{below.organization}/dynamic/{hash_}.m3u"
    for line in lines(get(server, path)):
        assert line.startswith(f"/img/render/{below.organization}/dynamic/{hash_}/")
    assert numbers_of(server.url + path) == numbered(30)


def test_options_of_the_list_are_those_of_its_parts(org, server):
    film = org.add(videos.film(pictures=30, options=("-vf", f"scale={WIDTH}:{HEIGHT},noise=alls=60:allf=t")))

    def small_parts(options: str) -> list[str]:
        return lines(get(server, lines(org.render(f"/dynamic/{options}{film['hash']}.m3u"))[1]))

    sizes = []
    for quality in (10, 90):
        parts = small_parts(f"o-mp4.quality-{quality}/")
        assert all(f"/dynamic/o-mp4.quality-{quality}/{film['hash']}/" in part for part in parts)
        sizes.append(len(get(server, parts[0]).content))
    assert sizes[0] < sizes[1]
    org.put_stack("sharp", {"operations": [], "options": {"mp4.quality": 90}})
    part = lines(get(server, lines(org.render(f"/sharp/{film['hash']}.m3u"))[1]))[0]
    assert len(get(server, part).content) == sizes[1]


def test_the_stack_says_how_small_renditions_may_be(org, film):
    assert len(lines(org.render(f"/dynamic/o-min_video_height-360/{film['hash']}.m3u"))) == 2
    only, = lines(org.render(f"/dynamic/o-min_video_height-361/{film['hash']}.m3u"))
    assert f"-{WIDTH}x{HEIGHT}.m3u8" in only
    org.put_stack("wide", {"operations": [{"name": "resize", "options": {"width": 20}}], "options": {"min_video_width": 5000}})
    only, = lines(org.render(f"/wide/{film['hash']}.m3u"))
    assert f"-{WIDTH}x{HEIGHT}.m3u8" in only and "/wide/" in only


def test_of_a_film_refreshed_bit_by_bit_no_picture_is_lost(org, server):
    """Only its first picture is stored as a whole; where other keyframes are, a decoder shows nothing for a while."""
    options = (*LARGER, "-x264-params", "intra-refresh=1:keyint=50:scenecut=0")
    hash_ = org.add(videos.film(pictures=PICTURES, sound=True, options=(*options, "-shortest")), "film.mp4")["hash"]
    own, small = lines(org.render(f"/dynamic/{hash_}.m3u"))
    assert len(lines(get(server, small))) > 1
    for path in (own, small):
        assert numbers_of(server.url + path) == numbered(PICTURES), path


def test_what_is_no_h264_is_coded_anew(org, server):
    hash_ = org.add(videos.film("vp9.webm", 100, options=("-g", "25")))["hash"]
    path = f"/dynamic/{hash_}.m3u8"
    assert len(lines(org.render(path))) == 1
    assert numbers_of(url_of(org, path)) == numbered(100)
    stream, = streams_of(url_of(org, path))
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", videos.WIDTH, videos.HEIGHT)


def noisy(width: int, height: int) -> tuple:
    """So that there is more of the pictures than of what tells of them."""
    return "-vf", f"scale={width}:{height}:flags=neighbor,noise=alls=8:allf=t", "-g", "50"


@pytest.mark.parametrize("kind, sound, options", [
    ("h264.mp4", True,
     (*noisy(WIDTH, HEIGHT), "-sc_threshold", "0", "-bf", "2", "-shortest", "-movflags", "+faststart")),
    ("vp9.webm", False, noisy(videos.WIDTH, videos.HEIGHT)),
])
def test_of_what_was_cut_off_the_list_ends_where_it_ends(org, server, kind, sound, options):
    """Though its index, or its head, tells of more."""
    whole = videos.film(kind, PICTURES, sound=sound, options=options)
    data = whole[:len(whole) * 3 // 5]
    there = int(next(stream for stream in videos.probed(data)["streams"] if stream["codec_type"] == "video")["nb_read_frames"])
    assert 0.3 * PICTURES < there < 0.9 * PICTURES
    renditions = org.render(f"/dynamic/{org.add(data, kind)['hash']}.m3u")
    own = int(re.search(r"BANDWIDTH=(\d+)", renditions.text)[1])
    assert own == pytest.approx(len(data) * 8 * videos.RATE / there, rel=0.1)
    for path in lines(renditions):
        answer = get(server, path)
        assert sum(seconds(answer)) == pytest.approx(there / videos.RATE, abs=0.3)
        for part in lines(answer):
            made = get(server, part)
            assert made.status_code == 200, (part, made.text)


def test_sizes_that_no_part_could_be_decoded_for_are_not_listed(start_server):
    """With a single keyframe, of which a small rendition would take all that follows."""
    server = start_server("[render]\nmax_still_pixels = 30000000\n")
    org = server.organization()
    options = (*LARGER, "-g", "1000")
    hash_ = org.add(videos.film(pictures=200, options=(*options, "-sc_threshold", "0")), "film.mp4")["hash"]
    renditions = org.render(f"/dynamic/{hash_}.m3u")
    assert re.findall(r"RESOLUTION=(\d+x\d+)", renditions.text) == [f"{WIDTH}x{HEIGHT}"]
    assert numbers_of(server.url + lines(renditions)[0]) == numbered(200)
    vp9 = org.add(videos.film("vp9.webm", 200, options=options), "film.webm")["hash"]
    for path in (f"{hash_}/1-600x360.m3u8", f"{vp9}.m3u", f"{vp9}.m3u8"):
        answer = org.render(f"/dynamic/{path}")
        assert_error(answer, 413)
        assert "render.max_still_pixels" in answer.json()["message"]


def test_sound_that_no_part_can_hold_is_refused(org):
    hash_ = org.add(videos.film("vp9.webm", 50, sound=True, options=("-shortest",)))["hash"]
    answer = org.render(f"/dynamic/{hash_}.m3u8")
    assert_error(answer, 415)
    assert "AAC" in answer.json()["message"]


@pytest.mark.parametrize("kind, options", [
    ("h264.mp4", {"options": ("-vf", "scale=1920:1080")}),
    ("hevc.mp4", {"pixel_format": "yuv420p10le", "options": (
        "-vf", "scale=1920:1080:out_color_matrix=bt2020:out_range=tv", "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
        "-color_trc", "smpte2084")}),
], ids=["8 bits", "10 bits"])
def test_the_least_memory_that_workers_may_have_is_enough_to_code_a_film_anew(start_server, kind, options):
    """It was 512 MiB, of which a film of 10 bits that is tone-mapped took 508."""
    server = start_server('[render]\nworker_memory = "576MiB"\n')
    org = server.organization()
    hash_ = org.add(videos.film(kind, pictures=90, **options), "film.mp4")["hash"]
    renditions = lines(org.render(f"/dynamic/{hash_}.m3u"))
    assert len(renditions) == 4
    for path in renditions:
        for part in lines(get(server, path)):
            answer = get(server, part)
            assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def secret(org):
    data = videos.film(pictures=200, options=("-g", "25"))
    upload = org.upload(("secret.mp4", data), fields={"options[0]": json.dumps({"protected": True})})
    return upload.json()["items"][0]["hash"]


@pytest.fixture(scope="module")
def key(org):
    return org.get(f"/organizations/{org.organization}").json()["signing_keys"][0]["key"]


def test_what_is_protected_plays_by_a_signed_list(org, server, secret, key):
    path = f"/render/{org.organization}/dynamic/{secret}.m3u8"
    for ending in ("m3u8", "m3u"):
        assert_error(org.render(f"/dynamic/{secret}.{ending}"), 403)
    parts = lines(get(server, signed(path, key)))
    assert len(parts) == 2 and all("?sig=" in part for part in parts)
    assert_error(get(server, parts[0].partition("?")[0]), 403)
    assert_error(get(server, parts[1].partition("?")[0] + "?" + parts[0].partition("?")[2]), 403)
    assert numbers_of(server.url + signed(path, key)) == numbered(200)
    assert numbers_of(server.url + signed(path.replace(".m3u8", ".m3u"), key)) == numbered(200)


def test_what_is_in_a_list_ends_when_the_list_does(org, server, secret, key):
    end = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
    until = quote_plus(json.dumps({"until": end.isoformat()}))
    answer = get(server, signed(f"/render/{org.organization}/dynamic/{secret}.m3u?sigopts={until}", key))
    assert "must-revalidate" in answer.headers["Cache-Control"]
    below, = lines(answer)
    assert "sigopts=" in below
    for path in lines(get(server, below)):
        assert "sigopts=" in path
        part = get(server, path)
        assert part.status_code == 200 and "must-revalidate" in part.headers["Cache-Control"]
        assert int(re.search(r"max-age=(\d+)", part.headers["Cache-Control"])[1]) <= 3600
    past = quote_plus(json.dumps({"until": (end - timedelta(hours=2)).isoformat()}))
    assert_error(get(server, signed(f"/render/{org.organization}/dynamic/{secret}.m3u8?sigopts={past}", key)), 403)


def link(org, hash_: str, value, **query):
    return org.image(hash_, "/meta/dynamic/linked", "PUT", json=value, params=query)


def test_linked_videos_are_the_renditions(new_org, server):
    large = new_org.add(videos.film(pictures=60, options=LARGER))["hash"]
    small = new_org.add(videos.film(pictures=60))["hash"]
    answer = link(new_org, large, {"hashes": [small]})
    assert answer.status_code == 201, answer.text
    linking = answer.json()["hash"]
    assert linking != large and answer.json()["dynamic_metadata"] == {"linked": {"hashes": [small]}}
    listed = new_org.render(f"/dynamic/{linking}.m3u")
    assert re.findall(r"RESOLUTION=(\d+x\d+)", listed.text) == ["640x384", "160x96"]
    of_small = new_org.render(f"/dynamic/{small}.jpg").headers["Cache-Groups"].split(", ")
    assert set(of_small) < set(listed.headers["Cache-Groups"].split(", "))
    own, other = lines(listed)
    assert f"/{linking}/" in own and f"/{small}/" in other
    assert numbers_of(server.url + own) == numbers_of(server.url + other) == numbered(60)
    assert len(lines(new_org.render(f"/dynamic/o-min_video_height-97/{linking}.m3u"))) == 1
    assert "600x360" in new_org.render(f"/dynamic/{large}.m3u").text
    assert new_org.image(small, method="DELETE").status_code == 204
    assert len(lines(new_org.render(f"/dynamic/{linking}.m3u"))) == 1


def test_a_protected_linked_video_is_not_called_an_image_of_the_stack(new_org, server):
    small = new_org.upload(("small.mp4", videos.film(pictures=60)), fields={"options[0]": json.dumps({"protected": True})})
    small = small.json()["items"][0]["hash"]
    linking = link(new_org, new_org.add(videos.film(pictures=60, options=LARGER))["hash"], {"hashes": [small]}).json()["hash"]
    refused = new_org.render(f"/dynamic/{linking}.m3u")
    assert_error(refused, 403)
    message = refused.json()["message"]
    assert "A video that is linked to this one" in message and "is protected. The URL needs a signature" in message
    assert "stack" not in message and "docs/protection.md" in message
    assert new_org.render(f"/dynamic/{linking}.m3u8").status_code == 200, "the video itself is open"
    key = new_org.get(f"/organizations/{new_org.organization}").json()["signing_keys"][0]["key"]
    listed = get(server, signed(f"/render/{new_org.organization}/dynamic/{linking}.m3u", key))
    assert re.findall(r"RESOLUTION=(\d+x\d+)", listed.text) == ["640x384", "160x96"]
    for path in lines(listed):
        assert "sig=" in path and numbers_of(server.url + path) == numbered(60)


def test_an_alias_named_as_a_missing_linked_video_does_not_stand_in_for_it(new_org, server):
    """Copied without the video that is linked to it, a video listed whatever an alias of that hash named; a protected one
    made the open list 403."""
    stage = server.organization()
    email = new_org.get("/user").json()["email"]
    member = server.command("member", "set", "--organization", stage.organization, "--email", email, "--role", "write")
    assert member.returncode == 0, member.stderr
    small_film = videos.film(pictures=60)
    small = new_org.add(small_film)["hash"]
    linking = link(new_org, new_org.add(videos.film(pictures=60, options=LARGER))["hash"], {"hashes": [small]}).json()["hash"]
    assert new_org.image(linking, method="COPY", headers={"Destination": stage.organization}).ok

    def listed():
        answer = stage.render(f"/dynamic/{linking}.m3u")
        assert "immutable" not in answer.headers["Cache-Control"], "the other may still be copied"
        assert "Last-Modified" not in answer.headers, "no date tells when it will be"
        return re.findall(r"RESOLUTION=(\d+x\d+)", answer.text)

    assert listed() == ["640x384"]
    unrelated = stage.add(videos.film(pictures=20))["hash"]
    assert stage.put_alias(small, unrelated).ok
    assert listed() == ["640x384"]
    fields = {"options[0]": json.dumps({"protected": True})}
    secret = stage.upload(("secret.mp4", videos.film(pictures=40)), fields=fields).json()["items"][0]["hash"]
    assert stage.put_alias(small, secret, overwrite=True).ok
    assert listed() == ["640x384"]
    assert stage.add(small_film)["hash"] == small
    whole = stage.render(f"/dynamic/{linking}.m3u")
    assert re.findall(r"RESOLUTION=(\d+x\d+)", whole.text) == ["640x384", "160x96"]
    assert "immutable" in whole.headers["Cache-Control"]


def test_what_is_linked_is_a_video(new_org):
    video = new_org.add(videos.film(pictures=20))["hash"]
    picture = new_org.add(pictures.photo(seed=74))["hash"]
    for hash_, hashes, told in ((video, [picture], picture), (video, ["0" * 40], "0" * 40), (picture, [video], "none"),
                                (video, [], "1 to 7"), (video, [video[:6]], "40")):
        answer = link(new_org, hash_, {"hashes": hashes})
        assert_error(answer, 400)
        assert told in answer.json()["message"]
    fields = {"meta_dynamic[0]": json.dumps({"linked": {"hashes": [video]}})}
    assert_error(new_org.upload(("film.mp4", videos.film(pictures=20)), fields=fields), 400)


def test_a_preview_is_kept_by_nobody(org, server, film):
    org.put_stack("_preview_film", {"operations": []})
    answer = org.render(f"/_preview_film/{film['hash']}.m3u8")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "no-store" in get(server, lines(answer)[0]).headers["Cache-Control"]


@pytest.mark.parametrize("path, code, told", [
    ("{film}/1-640x384_3.ts", 404, "the last is 2"), ("{film}/1-640x385_0.ts", 404, "-600x360"), ("{film}.ts", 404, "-600x360"),
    ("{film}/slug.ts", 404, "-600x360"), ("{film}/1-640x385.m3u8", 404, "-600x360"), ("{photo}.m3u8", 415, "videos"),
    ("{photo}.m3u", 415, "videos"), ("{photo}/1-640x384_0.ts", 415, "videos"),
    ("resize-width-100/{film}.m3u8", 422, "operations"),
    ("resize-width-100/{film}/1-640x384_0.ts", 422, "operations"), ("-https://example.org/film.mp4-.m3u8", 415, "uploaded"),
    ("{film}/[a/b].m3u8", 400, "slug"), ("000000000.m3u8", 404, ""),
])
def test_refusals_say_what_there_is(org, film, photo, path, code, told):
    answer = org.render(f"/dynamic/{path.format(film=film['hash'], photo=photo)}")
    assert_error(answer, code)
    assert told in answer.json()["message"]


@pytest.fixture(scope="module")
def photo(org):
    return org.add(pictures.photo(64, 48))["hash"]


def test_other_slugs_are_slugs(org, film):
    plain = org.render(f"/dynamic/{film['hash']}.m3u8")
    for slug in ("my-holidays", "v1", "2026-08-01", ""):
        assert org.render(f"/dynamic/{film['hash']}/{slug}.m3u8").text == plain.text


def test_the_iiif_api_has_no_lists(org, film):
    for ending in ("m3u", "m3u8", "ts"):
        assert_error(org.render(f"/_iiif/3/{film['hash']}/full/max/0/default.{ending}"), 415)


def test_a_part_takes_its_own_time_and_nobody_elses(start_server, tmp_path):
    """There is one worker for everything else."""
    server = start_server("[render]\nworkers = 1\nfilm_timeout = 2\n")
    org = server.organization()
    file = tmp_path / "large.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=60:duration=6", "-vf",
                    "noise=alls=30:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "38", "-pix_fmt", "yuv420p",
                    str(file)], check=True, timeout=170)
    hash_ = org.add(file.read_bytes(), "large.mp4")["hash"]
    small = org.add(pictures.photo(64, 48))["hash"]
    path = f"/dynamic/o-mp4.quality-100/{hash_}"
    part = lines(get(server, next(line for line in lines(org.render(f"{path}.m3u")) if "1280x720" in line)))[0]
    slow = in_background(lambda: get(server, part))
    busy_worker(server)
    assert org.render(f"/dynamic/resize-width-9/{small}.jpg").status_code == 200
    result = slow.result(120)
    assert_error(result, 504)
    assert "render.film_timeout" in result.json()["message"]
