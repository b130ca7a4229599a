"""What a render says to the caches in front of it: validators, lifetimes, variants, tags."""

import hashlib
import re
import time

import pytest
from PIL import Image

from harness import pictures, pixels
from harness.waiting import wait_for_a_date, wait_until

YEAR = "public, max-age=31536000"
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
SAFARI_14 = "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"
OLD = "image/png,image/*;q=0.8,*/*;q=0.5"


@pytest.fixture(scope="module")
def hash_(org):
    item = org.add(pictures.photo(300, 200, seed=700))
    org.stack("thumb", {"name": "resize", "options": {"width": 100}})
    org.stack("auto", {"name": "resize", "options": {"width": 100}}, autoformat=True)
    org.point("logo", item["hash"])
    return item["hash"]


def type_of(org, path, accept):
    answer = org.render(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    pixels.open_picture(answer.content)
    return answer.headers["Content-Type"]


# Lifetimes and validators


def test_a_render_by_hash_never_changes(org, hash_):
    assert org.render(f"/thumb/{hash_}.jpg").headers["Cache-Control"] == f"{YEAR}, immutable"


def test_a_render_by_alias_lasts_long_and_is_never_immutable(org, hash_):
    assert org.render("/thumb/-_logo_-.jpg").headers["Cache-Control"] == YEAR


@pytest.mark.parametrize("operation", [
    {"name": "composition", "options": {"secondary_image": "logo", "width": 100, "height": 100}},
    {"name": "composition", "options": {"secondary_image": "-_logo_-", "secondary_stack": "thumb", "width": 90, "height": 90}},
])
def test_a_render_by_hash_that_shows_an_alias_is_never_immutable(org, hash_, operation):
    org.stack("marked", operation)
    org.stack("on-marked", {"name": "rotate", "options": {"angle": 90}}, basestack="marked")
    for stack in ("marked", "on-marked"):
        assert org.render(f"/{stack}/{hash_}.jpg").headers["Cache-Control"] == YEAR


def test_a_render_by_hash_that_shows_an_alias_has_the_browsers_share(own_server):
    org = own_server.organization("marked")
    hash_ = org.add(pictures.photo(40, 30))["hash"]
    org.point("mark", hash_)
    org.stack("marked", {"name": "composition", "options": {"secondary_image": "mark", "width": 40, "height": 30}})
    assert own_server.command("org", "set", "marked", "alias_browser_max_age", "300").returncode == 0
    assert org.render(f"/marked/{hash_}.jpg").headers["Cache-Control"] == "public, max-age=300, s-maxage=31536000"


def test_a_render_that_reads_user_metadata_is_never_immutable(org):
    hash_ = org.add(pictures.photo(80, 60, seed=701))["hash"]
    as_it_says = {"name": "resize", "options": {}, "expressions": {"width": "image.meta_user.w"}}
    org.stack("as-it-says", as_it_says)
    org.stack("on-it", {"name": "rotate", "options": {"angle": 90}}, basestack="as-it-says")
    for width in (20, 30):
        assert org.image(hash_, "/meta/user", "PATCH", json={"int:w": width}).status_code == 204
        answer = org.render(f"/as-it-says/{hash_}.png")
        assert pixels.open_picture(answer.content).width == width
        assert answer.headers["Cache-Control"] == YEAR
        assert org.render(f"/on-it/{hash_}.png").headers["Cache-Control"] == YEAR


def test_an_organization_shortens_the_browsers_share(own_server):
    org = own_server.organization("short-lived")
    hash_ = org.add(pictures.photo(40, 30))["hash"]
    org.stack("thumb", {"name": "resize", "options": {"width": 20}})
    org.point("logo", hash_)
    assert org.render("/thumb/-_logo_-.jpg").headers["Cache-Control"] == YEAR
    done = own_server.command("org", "set", "short-lived", "alias_browser_max_age", "300")
    assert done.returncode == 0, done.stderr
    control = org.render("/thumb/-_logo_-.jpg").headers["Cache-Control"]
    assert control == "public, max-age=300, s-maxage=31536000"
    assert org.render(f"/thumb/{hash_}.jpg").headers["Cache-Control"] == f"{YEAR}, immutable"


def test_the_browsers_share_can_be_configured(start_server):
    server = start_server("[delivery]\nalias_browser_max_age_seconds = 60\nnegative_max_age_seconds = 3\n")
    org = server.organization()
    org.stack("thumb", {"name": "resize", "options": {"width": 20}})
    org.point("logo", org.add(pictures.photo(40, 30))["hash"])
    assert org.render("/thumb/-_logo_-.jpg").headers["Cache-Control"] == "public, max-age=60, s-maxage=31536000"
    assert org.render("/thumb/-_none_-.jpg").headers["Cache-Control"] == "public, max-age=3"


@pytest.mark.parametrize("path", ["/thumb/{hash}.jpg", "/thumb/-_logo_-.jpg", "/auto/{hash}.jpg"])
def test_a_matching_tag_is_answered_304(org, hash_, path):
    path = path.format(hash=hash_)
    whole = org.render(path)
    tag = whole.headers["ETag"]
    assert re.fullmatch(r'"[^"]+"', tag), "a strong validator"
    for value in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        answer = org.render(path, headers={"If-None-Match": value})
        assert (answer.status_code, answer.content) == (304, b""), value
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"] == whole.headers["Cache-Control"]
    assert org.render(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unchanged_render_is_not_modified_since(org, hash_):
    wait_for_a_date(org, f"/thumb/{hash_}.jpg")
    long_ago = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert org.render(f"/thumb/{hash_}.jpg", headers=long_ago).status_code == 200


def test_the_first_answer_of_a_render_says_the_date_of_all_later_ones(own_server):
    """It said "now", and the later ones a date three seconds after that."""
    org = own_server.organization()
    hash_ = org.add(pictures.photo(seed=702))["hash"]
    path = f"/dynamic/resize-width-90/{hash_}.jpg"
    first = org.render(path)
    assert "fwd=miss" in first.headers["Cache-Status"]
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert org.render(path, headers=since).status_code == 304, "it is a validator from the start"
    dates = {first.headers["Last-Modified"]}
    until = time.time() + 5  # longer than dates took to become validators
    while time.time() < until:
        dates.add(org.render(path).headers["Last-Modified"])
        time.sleep(0.2)
    own_server.restart()
    dates.add(org.render(path).headers["Last-Modified"])
    assert len(dates) == 1


def test_the_tag_decides_over_the_date(org, hash_):
    future = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 86400))
    headers = {"If-None-Match": '"other"', "If-Modified-Since": future}
    assert org.render(f"/thumb/{hash_}.jpg", headers=headers).status_code == 200


@pytest.mark.parametrize("stack", [[{"name": "resize", "options": {"width": 50}}], []], ids=["a render", "the file itself"])
def test_no_304_keeps_content_disposition_alive(org, hash_, stack):
    """It takes no field away from what a cache has."""
    options = {} if stack else {"source_file": True}
    org.stack("saved-once", *stack, **options, content_disposition="attachment")
    saved = org.render(f"/saved-once/{hash_}.jpg")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    org.stack("saved-once", *stack, **options)
    shown = org.render(f"/saved-once/{hash_}.jpg", headers={"If-None-Match": saved.headers["ETag"]})
    assert shown.status_code == 200 and shown.content == saved.content
    assert "Content-Disposition" not in shown.headers


def test_different_bytes_have_different_tags(org, hash_):
    tags = {org.render(path).headers["ETag"] for path in (
        f"/thumb/{hash_}.jpg", f"/thumb/{hash_}.png", f"/thumb/o-jpg.quality-30/{hash_}.jpg",
        f"/thumb/resize-width-90/{hash_}.jpg")}
    assert len(tags) == 4


def test_a_restart_keeps_tags_and_renders(own_server):
    org = own_server.organization()
    path = f"/dynamic/resize-width-100/{org.add(pictures.photo(seed=701))['hash']}.jpg"
    before = org.render(path)
    wait_until(lambda: any(file.is_file() for folder in ("renders", "cache") for file in
                           (own_server.data / folder).rglob("*")), "the render to reach the disk cache")
    own_server.stop()
    own_server.start()
    after = org.render(path)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
    assert own_server.metrics().renders() == 0, "the disk cache had it"


def test_a_tag_outlives_the_render(start_server):
    """Whoever asks whether the picture is still the same needs no picture."""
    server = start_server("[cache]\nmemory_bytes = 0\ndisk_bytes = 0\n[delivery]\nhot_bytes = 0\n")
    org = server.organization()
    one, other = (org.add(pictures.photo(60, 40, seed=seed))["hash"] for seed in (710, 711))
    org.point("logo", one)
    path = "/dynamic/resize-width-30/-_logo_-.jpg"
    tag = org.render(path).headers["ETag"]
    renders = server.metrics().renders()
    for _ in range(3):
        answer = org.render(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
        assert answer.headers["Cache-Control"] == YEAR
    assert server.metrics().renders() == renders
    assert org.render(path, headers={"If-None-Match": '"other"'}).status_code == 200

    org.point("logo", other)
    moved = org.render(path, headers={"If-None-Match": tag})
    assert moved.status_code == 200 and moved.headers["ETag"] != tag
    org.point("logo", one)
    renders = server.metrics().renders()
    assert org.render(path, headers={"If-None-Match": tag}).status_code == 304
    assert server.metrics().renders() == renders
    server.restart()
    assert org.with_key(None).request("GET", f"/render/{org.organization}{path}",
                                      headers={"If-None-Match": tag}).status_code == 304
    assert server.metrics().renders() == 0


def test_a_tag_is_of_the_bytes(org, hash_):
    """Two URLs whose bytes are the same have one tag, however different their plans are."""
    for path in (f"/thumb/{hash_}.jpg", f"/thumb/{hash_}.png"):
        answer = org.render(path)
        assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'


# Variants


@pytest.mark.parametrize("accept,jpg,png", [
    (CHROME, "image/avif", "image/webp"),
    (SAFARI_14, "image/webp", "image/webp"),
    (OLD, "image/jpeg", "image/png"),
    ("*/*", "image/jpeg", "image/png"),
    ("image/*", "image/jpeg", "image/png"),
    ("image/avif;q=0, image/webp", "image/webp", "image/webp"),
    ("image/webp;q=0, image/avif;q=0", "image/jpeg", "image/png"),
    ("image/webp;q=0.0", "image/jpeg", "image/png"),
    ("IMAGE/WEBP", "image/webp", "image/webp"),
    ("", "image/jpeg", "image/png"),
])
def test_autoformat_follows_the_accept_header(org, hash_, accept, jpg, png):
    assert type_of(org, f"/auto/{hash_}.jpg", accept) == jpg
    assert type_of(org, f"/auto/{hash_}.png", accept) == png


def test_a_png_becomes_a_lossless_webp(org, hash_):
    png = org.render(f"/auto/{hash_}.png", headers={"Accept": OLD}).content
    webp = org.render(f"/auto/{hash_}.png", headers={"Accept": CHROME}).content
    pixels.assert_alike(webp, png, 0)


def test_autoformat_can_leave_formats_out(org, hash_):
    assert type_of(org, f"/auto/o-autoformat.exclude-avif/{hash_}.jpg", CHROME) == "image/webp"
    assert type_of(org, f"/auto/o-autoformat.exclude-avif,webp/{hash_}.jpg", CHROME) == "image/jpeg"


def test_vary_is_said_where_the_answer_could_differ_and_only_there(org, hash_):
    for accept in (CHROME, OLD):
        assert org.render(f"/auto/{hash_}.jpg", headers={"Accept": accept}).headers["Vary"] == "Accept"
        assert "Accept" not in org.render(f"/thumb/{hash_}.jpg", headers={"Accept": accept}).headers.get("Vary", "")
        assert "Accept" not in org.render(f"/auto/{hash_}.webp", headers={"Accept": accept}).headers.get("Vary", "")


def test_without_autoformat_the_accept_header_is_nothing(org, hash_):
    assert type_of(org, f"/thumb/{hash_}.jpg", CHROME) == "image/jpeg"
    assert type_of(org, f"/thumb/{hash_}.png", CHROME) == "image/png"


def test_many_browsers_make_three_variants(own_server):
    org = own_server.organization()
    hash_ = org.add(pictures.photo(seed=702))["hash"]
    org.stack("auto", {"name": "resize", "options": {"width": 100}}, autoformat=True)
    for accept in (CHROME, CHROME + ",x/y", "image/avif,*/*", SAFARI_14, "image/webp", OLD, "*/*", "text/html", ""):
        assert org.render(f"/auto/{hash_}.jpg", headers={"Accept": accept}).status_code == 200
    assert own_server.metrics().renders() == 3


def test_each_variant_has_a_tag_of_its_own(org, hash_):
    tags = {org.render(f"/auto/{hash_}.jpg", headers={"Accept": accept}).headers["ETag"]
            for accept in (CHROME, SAFARI_14, OLD)}
    assert len(tags) == 3


# Tags for the caches in front


def tags(answer):
    return set(answer.headers["xkey"].split())


def kinds(answer):
    return sorted(tag[0] for tag in tags(answer))


def test_a_render_carries_the_tags_of_all_it_depends_on(org, hash_):
    by_alias, by_hash = org.render("/thumb/-_logo_-.jpg"), org.render(f"/thumb/{hash_}.jpg")
    assert all(re.fullmatch("[aiso][0-9a-f]{16}", tag) for tag in tags(by_alias))
    assert kinds(by_alias) == ["a", "i", "o", "s"]
    assert kinds(by_hash) == ["i", "o", "s"]
    assert tags(by_hash) < tags(by_alias)
    assert kinds(org.render(f"/dynamic/noop/{hash_}.jpg")) == ["i", "o"]


def test_tags_come_as_cache_groups_too(org):
    answer = org.render("/thumb/-_logo_-.jpg")
    groups = {item.strip().strip('"') for item in answer.headers["Cache-Groups"].split(",")}
    assert groups == tags(answer)


def test_tags_differ_between_organizations(server, org):
    other = server.organization()
    other.stack("thumb", {"name": "resize", "options": {"width": 100}})
    other.point("logo", other.add(pictures.photo(300, 200, seed=700))["hash"])
    assert not tags(other.render("/thumb/-_logo_-.jpg")) & tags(org.render("/thumb/-_logo_-.jpg"))


def test_an_answer_that_is_missing_carries_its_tags_so_that_a_purge_finds_it(org):
    missing = org.render("/thumb/-_later_-.jpg")
    assert missing.status_code == 404
    assert "a" in kinds(missing)


def test_a_304_carries_the_tags_too(org):
    tag = org.render("/thumb/-_logo_-.jpg").headers["ETag"]
    answer = org.render("/thumb/-_logo_-.jpg", headers={"If-None-Match": tag})
    assert tags(answer) == tags(org.render("/thumb/-_logo_-.jpg"))


def test_other_caches_headers(start_server):
    server = start_server('[delivery]\ntag_headers = ["Surrogate-Key", "Cache-Tag"]\n')
    org = server.organization()
    org.stack("thumb")
    org.point("logo", org.add(pictures.photo(40, 30))["hash"])
    answer = org.render("/thumb/-_logo_-.jpg")
    assert len(answer.headers["Surrogate-Key"].split(" ")) == 4
    assert len(answer.headers["Cache-Tag"].split(",")) == 4


def test_our_own_cache_says_what_it_did(org):
    item = org.add(pictures.photo(50, 40, seed=703))
    path = f"/dynamic/resize-width-20/{item['hash']}.jpg"
    assert org.render(path).headers["Cache-Status"].startswith("rucola; fwd=miss")
    assert org.render(path).headers["Cache-Status"].startswith("rucola; hit")


@pytest.mark.parametrize("path", ["/thumb/{hash}.jpg", "/thumb/-_logo_-.jpg", "/thumb/-_none_-.jpg"])
def test_every_answer_forbids_sniffing(org, hash_, path):
    assert org.render(path.format(hash=hash_)).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path,status", [("/thumb/-_none_-.jpg", 404), ("/dynamic/resize-width-0/{hash}.jpg", 400),
                                         ("/nostack/{hash}.jpg", 404)])
def test_errors_never_last_long(org, hash_, path, status):
    answer = org.render(path.format(hash=hash_))
    assert answer.status_code == status
    found = re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])
    assert "no-store" in answer.headers["Cache-Control"] or int(found.group(1)) <= 60
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "ETag" not in answer.headers


def test_measurements_need_no_cache(start_server):
    org = start_server("[cache]\nmemory_bytes = 0\ndisk_bytes = 0\n").organization()
    framed = Image.new("RGB", (40, 30), (255, 255, 255))
    framed.paste((200, 0, 0), (10, 5, 30, 25))
    image = org.add(pictures.encode(framed, "PNG"))["hash"]
    for _ in range(2):
        answer = org.render(f"/dynamic/trim/{image}.png")
        assert answer.status_code == 200 and pixels.size_of(answer.content) == (20, 20)


def test_what_is_made_of_a_preview_is_a_preview(org):
    image = org.add(pictures.photo(60, 40))["hash"]
    org.stack("_preview_of_base", {"name": "resize", "options": {"width": 20}})
    org.stack("above_preview", {"name": "grayscale"}, basestack="_preview_of_base")
    answer = org.render(f"/above_preview/{image}.png")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    org.stack("_preview_of_base", {"name": "resize", "options": {"width": 30}})
    assert pixels.size_of(org.render(f"/above_preview/{image}.png").content)[0] == 30
