"""What the server process takes, and its workers."""

import hashlib
import struct

import pytest

from harness import avif, hostile_pictures, pictures, raw_http
from harness.errors import assert_error
from harness.processes import peak_resident_bytes

MB = 1_000_000


def test_idle(own_server):
    org = own_server.organization()
    hash_ = org.add(pictures.photo(64, 48))["hash"]
    assert org.render(f"/dynamic/resize-width-32/{hash_}.jpg").status_code == 200
    assert own_server.resident_bytes() < 60 * MB


@pytest.mark.time_limit(600)
def test_an_upload_of_one_gigabyte(own_server):
    """Streamed to disk while it is hashed; so is the way back."""
    org = own_server.organization()
    size = 1 << 30
    boundary = "a-boundary"
    begin = (f'--{boundary}\r\nContent-Disposition: form-data; name="filedata"; filename="large.tiff"\r\n\r\n').encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    first = len(next(hostile_pictures.small_tiff_with_tail(0)))
    digest = hashlib.sha1()
    with raw_http.Connection(own_server.port) as connection:
        connection.socket.settimeout(300)
        connection.send(f"POST /sourceimages/{org.organization} HTTP/1.1\r\nHost: x\r\nApi-Key: {org.key}\r\n"
                        f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
                        f"Content-Length: {len(begin) + size + len(end)}\r\n\r\n".encode() + begin)
        for piece in hostile_pictures.small_tiff_with_tail(size - first):
            digest.update(piece)
            connection.send(piece)
        connection.send(end)
        answer = connection.answer()
    assert answer.status == 201, answer.body
    assert own_server.peak_resident_bytes() < 100 * MB

    item = org.images().json()["items"][0]
    assert (item["size"], item["width"], item["height"]) == (size, 64, 64)
    assert item["binary_hash"] == digest.hexdigest()
    back = hashlib.sha1()
    with org.image(item["hash"], "/download", stream=True, timeout=300) as answer:
        for piece in answer.iter_content(1 << 20):
            back.update(piece)
    assert back.hexdigest() == digest.hexdigest()
    assert own_server.peak_resident_bytes() < 100 * MB


def test_many_renders_leave_no_growth(start_server):
    """With a small cache, a thousand different renders must not add up."""
    server = start_server("[cache]\nmemory_bytes = \"4MiB\"\n[delivery]\nhot_bytes = \"4MiB\"\n")
    org = server.organization()
    hash_ = org.add(pictures.photo(400, 300))["hash"]
    for width in range(1, 301):
        assert org.render(f"/dynamic/resize-width-{width}/{hash_}.jpg").status_code == 200
    before = server.resident_bytes()
    for width in range(1, 301):
        for quality in (60, 61):
            assert org.render(f"/dynamic/resize-width-{width}--o-jpg.quality-{quality}/{hash_}.jpg").status_code == 200
    assert server.resident_bytes() < before + 10 * MB


def avif_of_claimed_size(side: int) -> bytes:
    """One frame, which is small; 12 bits are claimed, too."""
    data = avif.made([pictures.scene(48, 36, seed=number).convert("RGBA") for number in range(2)], opacity=True)
    for track in range(2):
        data = avif.replaced(data, "/stsz", lambda box: box[:8] + struct.pack(">I", 1) + box[12:], track)
        data = avif.replaced(data, "/stsd/av01", lambda box: box[:24] + struct.pack(">HH", side, side) + box[28:], track)
        data = avif.replaced(data, "/av01/av1C", lambda box: box[:2] + bytes([box[2] | 0x60]) + box[3:], track)
    return data


@pytest.mark.parametrize("data", [
    avif_of_claimed_size(15_000),
    hostile_pictures.animated_png_of_claimed_size(10_000, 10_000, still_is_apart=False),
    hostile_pictures.animated_png_of_claimed_size(10_000, 10_000, still_is_apart=True),
], ids=["avif", "png", "png with a still picture"])
def test_a_worker_takes_no_memory_for_a_size_that_is_only_claimed(start_server, data):
    """Two kilobytes cost 1.8 GB."""
    server = start_server("[render]\nworkers = 1\n")
    org = server.organization()
    org.add(pictures.animation("PNG"))
    before = {worker: peak_resident_bytes(worker) for worker in server.workers()}
    assert_error(org.upload(data), 422)
    after = {worker: peak_resident_bytes(worker) for worker in server.workers()}
    assert before.keys() <= after.keys(), "a worker was replaced, which nobody can measure any more"
    assert max(after.values()) < max(before.values()) + 150 * MB
