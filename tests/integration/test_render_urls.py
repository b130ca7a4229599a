"""The grammar of render URLs: every form of every part, and what is refused."""

import json

import pytest

from harness import pictures, pixels, raw_http

SAME_START = ("2049", "2698")  # texts of the dynamic metadata "version"


@pytest.fixture(scope="module")
def hash_(org):
    item = org.add(pictures.photo(400, 300, seed=500))
    org.stack("thumb", {"name": "resize", "options": {"width": 100, "height": 100}})
    org.stack("plain")
    org.point("logo", item["hash"])
    return item["hash"]


def size(answer):
    assert answer.status_code == 200, answer.text
    return pixels.size_of(answer.content)


# Where renders are


def test_renders_are_under_the_render_path_and_on_the_organizations_host(org, hash_):
    by_path = org.render(f"/thumb/{hash_}.jpg")
    by_host = org.render_on_host(f"/thumb/{hash_}.jpg")
    assert size(by_path) == size(by_host) == (100, 75)
    assert by_path.content == by_host.content
    assert by_path.headers["ETag"] == by_host.headers["ETag"]


@pytest.mark.parametrize("host", ["{org}.localhost:8080", "{ORG}.LOCALHOST"])
def test_the_host_is_known_with_any_port_and_in_any_case(org, server, hash_, host):
    name = host.format(org=org.organization, ORG=org.organization.upper())
    request = f"GET /thumb/{hash_}.jpg HTTP/1.1\r\nHost: {name}\r\n\r\n"
    assert raw_http.exchange(server.port, request.encode()).status == 200


def test_the_api_is_not_on_a_render_host(org, hash_):
    answer = org.render_on_host(f"/sourceimages/{org.organization}/{hash_}", headers={"Api-Key": org.key})
    assert answer.status_code in (400, 404)


def test_a_render_domain_can_be_configured(start_server):
    server = start_server('[delivery]\nrender_domain = "img.example.org"\n')
    org = server.organization()
    hash_ = org.add(pictures.photo(40, 30))["hash"]
    path = f"/dynamic/resize-width-20/{hash_}.png"
    assert org.render_on_host(path, headers={"Host": f"{org.organization}.img.example.org"}).status_code == 200
    assert org.render_on_host(path).status_code == 404
    assert org.render(path).status_code == 200


# The parts of the URL


@pytest.mark.parametrize("path", [
    "/thumb/{hash}.png",
    "/thumb/{short}.png",
    "/thumb/-_logo_-.png",
    "/thumb/-_logo_-/a-fine-slug.png",
    "/thumb/{hash}/a.slug.with.dots.png",
    "/thumb/{hash}/v1.png",
    "/thumb/{hash}/slug-v27.png",
    "/thumb/{hash}/%C3%BC%20ber.png",
    "/thumb/resize-width-100-height-100/{hash}.png",
    "/thumb/resize-width-100--resize-height-100/{hash}.png",
    "/thumb/resize-width-100/resize-height-100/{hash}.png",
    "/thumb/options-dpr-1/{hash}.png",
    "/thumb/o-dpr-1/{hash}.png",
    "/thumb/o-autoformat-false/{hash}.png",
    "/thumb/o-af-false/{hash}.png",
    "/thumb/o-af-0--resize-width-100/{hash}.png",
    "/thumb/resize-upscale-true-mode-box/{hash}.png",
    "/thumb/o-png.compression_level-7/{hash}.png",
    "/thumb/o-jpg.quality-10/{hash}.png",
    "/dynamic/resize-width-100-height-100/{hash}.png",
    "/dynamic/resize-height-100-width-100/{hash}.png",
    "/dynamic/resize-width-100-height-100--noop/{hash}.png",
    "/dynamic/noop/resize-width-100-height-100/{hash}.png",
])
def test_urls_that_mean_the_same_are_one_render(org, server, hash_, path):
    """One canonical key: the same validator, and no second job."""
    wanted = org.render(f"/thumb/{hash_}.png")
    jobs = server.metrics().renders()
    answer = org.render(path.format(hash=hash_, short=hash_[:8]))
    assert size(answer) == (100, 75)
    assert answer.content == wanted.content
    assert answer.headers["ETag"] == wanted.headers["ETag"]
    assert server.metrics().renders() == jobs


@pytest.mark.parametrize("path,wanted", [
    ("/thumb/resize-width-50/{hash}.png", (50, 38)),
    ("/thumb/resize-width-50-height-10--o-dpr-2/{hash}.png", (27, 20)),
    ("/thumb/options-dpr-2/{hash}.png", (200, 150)),
    ("/plain/{hash}.png", (400, 300)),
    ("/dynamic/{hash}.png", (400, 300)),
    ("/dynamic/crop-width-30-height-40/{hash}.png", (30, 40)),
    ("/dynamic/rotate-angle-90/{hash}.png", (300, 400)),
    ("/dynamic/rotate-angle--90/{hash}.png", (300, 400)),
    ("/dynamic/resize-width-80--rotate-angle--90--crop-width-20-height-20/{hash}.png", (20, 20)),
    ("/dynamic/resize-width-200/crop-width-50-height-60/{hash}.png", (50, 60)),
    ("/dynamic/noop/{hash}.png", (400, 300)),
    ("/dynamic/grayscale/{hash}.png", (400, 300)),
    ("/dynamic/resize-width-80-enabled-false/{hash}.png", (400, 300)),
])
def test_modifiers(org, hash_, path, wanted):
    assert size(org.render(path.format(hash=hash_))) == wanted


@pytest.mark.parametrize("format_,mimetype", [("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("png", "image/png"),
                                              ("webp", "image/webp"), ("avif", "image/avif"), ("gif", "image/gif")])
def test_the_ending_is_the_format(org, hash_, format_, mimetype):
    answer = org.render(f"/thumb/{hash_}.{format_}")
    assert size(answer) == (100, 75)
    assert answer.headers["Content-Type"] == mimetype
    starts = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG", "image/gif": b"GIF89a"}
    assert answer.content.startswith(starts.get(mimetype, b""))
    marks = {"image/webp": b"WEBP", "image/avif": b"avif"}
    assert marks.get(mimetype, b"") in answer.content[:16]


def test_jpeg_and_jpg_are_one_render(org, hash_):
    assert org.render(f"/thumb/{hash_}.jpg").headers["ETag"] == org.render(f"/thumb/{hash_}.jpeg").headers["ETag"]


def test_head_of_a_render(org, hash_):
    whole = org.render(f"/thumb/{hash_}.jpg")
    head = org.render(f"/thumb/{hash_}.jpg", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


def test_head_comes_first_and_renders_too(org):
    hash_ = org.add(pictures.photo(60, 40, seed=501))["hash"]
    head = org.render(f"/dynamic/resize-width-30/{hash_}.jpg", method="HEAD")
    whole = org.render(f"/dynamic/resize-width-30/{hash_}.jpg")
    assert head.headers["Content-Length"] == str(len(whole.content))


def test_a_range_of_a_render(org, hash_):
    whole = org.render(f"/thumb/{hash_}.jpg")
    part = org.render(f"/thumb/{hash_}.jpg", headers={"Range": "bytes=2-11"})
    assert (part.status_code, part.content) == (206, whole.content[2:12])


def test_a_query_changes_nothing(org, hash_):
    assert org.render(f"/thumb/{hash_}.png?utm_source=mail").headers["ETag"] == org.render(
        f"/thumb/{hash_}.png").headers["ETag"]


# What is refused


def refused(answer, status, *mentions):
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body["code"] == body["error"]["code"] == status
    for word in mentions:
        assert word in body["message"], body["message"]
    return body["message"]


@pytest.mark.parametrize("path,mentions", [
    ("/dynamic/resise-width-20/{hash}.jpg", ["resise"]),
    ("/dynamic/resize-widht-20/{hash}.jpg", ["widht", "width"]),
    ("/dynamic/resize-width-0/{hash}.jpg", ["width", "10000"]),
    ("/dynamic/resize-width-10001/{hash}.jpg", ["width", "10000"]),
    ("/dynamic/resize-width-abc/{hash}.jpg", ["width", "abc"]),
    ("/dynamic/resize-width/{hash}.jpg", ["width"]),
    ("/dynamic/resize/{hash}.jpg", ["width", "height"]),
    ("/dynamic/crop-width-10/{hash}.jpg", ["height"]),
    ("/dynamic/rotate-angle-400/{hash}.jpg", ["angle", "360"]),
    ("/dynamic/resize-width-10--/{hash}.jpg", ["--"]),
    ("/thumb/rotate-angle-90/{hash}.jpg", ["rotate"]),
    ("/thumb/options-dpr-99/{hash}.jpg", ["dpr", "10"]),
    ("/thumb/options-dpt-2/{hash}.jpg", ["dpt"]),
    ("/thumb/o-jpg.quality-0/{hash}.jpg", ["jpg.quality", "100"]),
    ("/thumb/o-autoformat-maybe/{hash}.jpg", ["autoformat", "true"]),
    ("/thumb/o-source_file-true/{hash}.jpg", ["source_file"]),
    ("/thumb/{hash}", ["format"]),
    ("/thumb/{hash}.xyz", ["xyz", "jpg"]),
    ("/thumb/{hash}/a/b.jpg", ["slug"]),
    ("/thumb/12345.jpg", ["12345"]),
    ("/thumb", []),
])
def test_malformed_urls_say_which_part_and_what_is_allowed(org, hash_, path, mentions):
    refused(org.render(path.format(hash=hash_)), 400, *mentions)


@pytest.mark.parametrize("path", ["/thumb/%zz/{hash}.jpg", "/thumb/%/{hash}.jpg", "/%4/{hash}.jpg"])
def test_a_broken_percent_encoding(org, server, hash_, path):
    """Sent by hand: client libraries mend it."""
    target = f"/render/{org.organization}{path.format(hash=hash_)}"
    answer = raw_http.exchange(server.port, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.status == 400
    assert "percent" in json.loads(answer.body)["message"]


@pytest.mark.parametrize("path", [
    "/nostack/{hash}.jpg", "/thumb/" + "0" * 40 + ".jpg", "/thumb/ffffffff.jpg", "/thumb/-_nothing_-.jpg",
    "/thumb/-_lo.go_-.jpg", "/thumb/-_lo-go_-.jpg", "/thumb/-_lo%00go_-.jpg", "/thumb/-_" + "x" * 256 + "_-.jpg",
])
def test_what_is_not_there_is_not_found_and_forgotten_soon(org, hash_, path):
    answer = org.render(path.format(hash=hash_))
    if "%00" in path:
        assert answer.status_code in (400, 404)
        return
    refused(answer, 404)
    assert answer.headers["Cache-Control"] == "public, max-age=10"


def test_an_unknown_organization_is_not_found(server, org, hash_):
    refused(org.of("nobody-here").render(f"/thumb/{hash_}.jpg"), 404)
    refused(org.of("nobody-here").render_on_host(f"/thumb/{hash_}.jpg"), 404)


def test_another_organizations_image_is_not_found(server, org, hash_):
    other = server.organization()
    refused(other.render(f"/dynamic/resize-width-10/{hash_}.jpg"), 404)


def test_a_format_that_is_known_but_not_written(org, hash_):
    refused(org.render(f"/thumb/{hash_}.pdf"), 415, "pdf", "jpg")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_renders_are_only_read(org, hash_, method):
    answer = org.render(f"/thumb/{hash_}.jpg", method=method)
    refused(answer, 405)
    assert "GET" in answer.headers["Allow"] and "HEAD" in answer.headers["Allow"]


def test_an_ambiguous_short_hash_is_refused(new_org):
    """These two were found by trying: their hashes begin with the same six characters. That they still do shows that
    hashes are the same on every installation."""
    hashes = []
    for text in SAME_START:
        answer = new_org.upload(pictures.SVG, fields={"meta_dynamic[0]": json.dumps({"version": {"text": text}})})
        hashes.append(answer.json()["items"][0]["hash"])
    short = hashes[0][:6]
    assert hashes[1].startswith(short) and hashes[0] != hashes[1]
    answer = new_org.image(short)
    assert answer.status_code == 400, answer.text
    assert "ambiguous" in answer.json()["message"]
    refused(new_org.render(f"/dynamic/resize-width-4/{short}.jpg"), 400, "ambiguous")
    assert new_org.put_alias("any", short).status_code == 400
    assert new_org.image(short, method="DELETE").status_code == 400
    for hash_ in hashes:
        item = new_org.image(hash_).json()
        assert len(item["short_hash"]) == 7
        assert new_org.image(item["short_hash"]).json()["hash"] == hash_
