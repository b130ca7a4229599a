"""A disk that fills up: what was acknowledged stays, what does not fit is said so, and with room again all is well."""

import contextlib
import os

import pytest

from harness import pictures, raw_http
from harness.errors import assert_error
from harness.small_disk import small_disk, small_ext4_disk
from harness.waiting import wait_until


@pytest.fixture
def cramped(start_server):
    with small_disk(24) as disk:
        server = start_server("[cache]\ndisk_bytes = \"4MiB\"\n", data=disk / "data")
        server.disk = disk
        yield server
        server.close()


def fill(disk):
    """Takes what is left of the disk, to the last block."""
    path = disk / "filler"
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert os.statvfs(disk).f_bavail == 0
    return path


def picture(seed):
    return pictures.encode(pictures.scene(700, 500, seed), "TIFF")  # 1 MB


def test_uploads_until_the_disk_is_full(cramped):
    org = cramped.organization()
    stored, refused = {}, None
    for seed in range(60):
        data = picture(seed)
        answer = org.upload((f"{seed}.tiff", data))
        if answer.status_code != 201:
            refused = answer
            break
        stored[answer.json()["items"][0]["hash"]] = data
    assert len(stored) >= 5
    assert refused is not None
    assert_error(refused, 507)
    assert "disk" in refused.json()["message"].lower() or "full" in refused.json()["message"].lower()

    # Everything acknowledged is there, and after a crash too.
    for restart in (False, True):
        if restart:
            cramped.restart()
        assert org.images().json()["total"] == len(stored)
        for hash_, data in stored.items():
            assert org.image(hash_, "/download").content == data

    # Nothing half done takes the room: as soon as there is some, uploads work again.
    assert org.upload(picture(1000)).status_code in (201, 507)
    wait_until(lambda: not list((cramped.data / "spool").iterdir()), "the spool to be empty")


def test_a_disk_without_a_byte_refuses_changes_and_serves_reads(cramped):
    org = cramped.organization()
    hashes = [org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.BLUE)]
    org.stack("thumb", {"name": "resize", "options": {"width": 16}})
    org.point("logo", hashes[0])
    shown = org.render("/thumb/-_logo_-.png").content
    filler = fill(cramped.disk)

    moves = [org.put_alias("logo", hashes[number % 2], overwrite=True) for number in range(1, 400)]
    assert {answer.status_code for answer in moves} <= {200, 507}
    acknowledged = [answer.json() for answer in moves if answer.status_code == 200]
    now = org.alias("logo").json()
    if acknowledged:
        assert now == acknowledged[-1]
    else:
        assert (now["hash"], now["version"]) == (hashes[0], 1)
    upload = org.upload(pictures.photo(400, 300))
    assert_error(upload, 507)
    assert org.images().json()["total"] == 2
    # A render that can't be kept on disk is still a render.
    assert org.render("/thumb/resize-width-17/-_logo_-.png").status_code == 200
    assert org.render(f"/thumb/{hashes[0]}.png").content == shown

    filler.unlink()
    assert org.upload(pictures.photo(400, 300)).status_code == 201
    assert org.put_alias("logo", hashes[0], overwrite=True).status_code == 200
    cramped.restart()
    assert org.alias("logo").json()["hash"] == hashes[0]
    assert cramped.command("doctor").returncode == 0


def test_the_disk_fills_up_in_the_middle_of_an_upload(cramped):
    org = cramped.organization()
    kept = org.add(pictures.photo(64, 48))
    data = picture(5)
    body = raw_http.multipart("b", ("filedata", "a.tiff", data))
    head = (f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n")
    with raw_http.Connection(cramped.port) as connection:
        connection.send(head.encode() + body[:200_000])
        filler = fill(cramped.disk)
        connection.send_while_open(body[200_000:])
        answer = connection.answer()
    assert answer.status == 507
    assert org.images().json()["total"] == 1
    filler.unlink()
    assert org.upload(("a.tiff", data)).status_code == 201
    assert org.image(kept["hash"]).status_code == 200


# Renders fill the disk


def noise(seed):
    """Large as a PNG whatever it is made to."""
    return pictures.encode(pictures.grainy(700, 500 + seed), "PNG")


def render_until_the_disk_is_full(server, org, hash_, reserve):
    """Twice as much as the volume has."""
    room = os.statvfs(server.disk).f_blocks * os.statvfs(server.disk).f_frsize
    rendered, width = 0, 300
    while rendered < 2 * room:
        answer = org.render(f"/dynamic/resize-width-{width}/{hash_}.png")
        assert answer.status_code == 200
        rendered, width = rendered + len(answer.content), width + 1
    left = os.statvfs(server.disk).f_bavail * os.statvfs(server.disk).f_frsize
    assert left < reserve + (8 << 20), "or it shows nothing"


@pytest.mark.time_limit(600)
@pytest.mark.parametrize("disk_of", [small_disk, small_ext4_disk], ids=["tmpfs", "ext4"])
@pytest.mark.parametrize("reserve", [0, 6 << 20], ids=["no reserve", "6 MiB"])
def test_renders_give_way_to_moves_and_uploads(start_server, disk_of, reserve):
    """600 of 600 moves were 507, on a volume smaller than cache.disk_bytes."""
    with disk_of(48) as disk:
        server = start_server(f"[cache]\nmemory_bytes = 0\ndisk_reserve_bytes = {reserve}\n", data=disk / "data")
        server.disk = disk
        try:
            org = server.organization()
            hashes = [org.add(noise(seed))["hash"] for seed in (1, 2)]
            org.point("logo", hashes[0])
            render_until_the_disk_is_full(server, org, hashes[0], reserve)
            moved = [org.put_alias("logo", hashes[number % 2], overwrite=True) for number in range(1, 601)]
            assert [answer.status_code for answer in moved] == [200] * 600
            uploaded = [org.upload((f"{seed}.tiff", picture(seed))) for seed in range(10, 22)]
            assert [answer.status_code for answer in uploaded] == [201] * 12, uploaded[-1].text
            assert org.image(uploaded[-1].json()["items"][0]["hash"], "/download").content == picture(21)
            # And renders go on being kept, as far as there is room.
            assert org.render(f"/dynamic/resize-width-299/{hashes[0]}.png").status_code == 200
            wait_until(lambda: reserve == 0 or os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize >= reserve,
                       "the reserve to be kept")
            server.restart()
            assert org.alias("logo").json()["hash"] == hashes[0]
        finally:
            server.close()


def test_a_server_starts_on_a_disk_that_its_renders_have_filled(start_server):
    with small_disk(24) as disk:
        server = start_server("[cache]\nmemory_bytes = 0\ndisk_reserve_bytes = 0\n", data=disk / "data")
        server.disk = disk
        try:
            org = server.organization()
            hashes = [org.add(noise(seed))["hash"] for seed in (1, 2)]
            org.point("logo", hashes[0])
            org.render(f"/dynamic/resize-width-300/{hashes[0]}.png")
            wait_until(lambda: [file for file in (server.data / "renders").rglob("*") if file.is_file()],
                       "the render to be kept")
            fill(disk)
            server.kill()
            server.start()
            assert org.alias("logo").json()["hash"] == hashes[0]
        finally:
            server.close()


def test_nothing_is_said_to_be_stored_where_nothing_is(start_server):
    server = start_server("[cache]\nmemory_bytes = 0\ndisk_bytes = 0\n[delivery]\nhot_bytes = 0\n")
    org = server.organization()
    image = org.add(pictures.photo(30, 20))["hash"]
    for _ in range(2):
        assert org.render(f"/dynamic/resize-width-10/{image}.jpg").headers["Cache-Status"] == "rucola; fwd=miss"


def test_a_hot_answer_alone_is_stored(start_server):
    server = start_server("[cache]\nmemory_bytes = 0\ndisk_bytes = 0\n")
    org = server.organization()
    image = org.add(pictures.photo(30, 20))["hash"]
    path = f"/dynamic/resize-width-10/{image}.jpg"
    assert org.render(path).headers["Cache-Status"] == "rucola; fwd=miss; stored"
    assert org.render(path).headers["Cache-Status"] == "rucola; hit; detail=hot"
