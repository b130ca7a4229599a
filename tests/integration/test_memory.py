"""What the server process takes, and its workers."""

import hashlib
import socket
import struct

import pytest

from harness import avif, hostile_pictures, pictures, raw_http
from harness.errors import assert_error
from harness.processes import peak_resident_bytes
from harness.waiting import wait_until

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


def noisy_png() -> bytes:
    """As a render it has several megabytes: more than the system takes of an answer that nobody reads."""
    return pictures.encode(pictures.noise(2600, 2500, 74, seed=1901), "PNG")


class SlowReader:
    """Asks, reads the head of the answer, and lets the rest wait."""

    def __init__(self, server, path: str):
        self.connection = raw_http.Connection(server.port)
        self.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    def status_of_cache(self) -> str:
        head = self.connection.answer(head_only=True)
        assert head.status == 200
        return head.headers["cache-status"]

    def close(self) -> None:
        self.connection.socket.close()


def copies_in_memory(server, size: int) -> int:
    return list(server.files_in_memory().values()).count(size)


def test_many_slow_readers_of_one_render_on_disk_cost_its_bytes_once(start_server):
    """Three hundred of them took 2 GB: each had a copy of its own."""
    server = start_server("[cache]\nmemory_bytes = 0\n[delivery]\nhot_bytes = 0\n[server]\nwrite_timeout = 600\n")
    org = server.organization()
    path = f"/dynamic/noop/{org.add(noisy_png())['hash']}.png"
    first = org.render(path)
    size = len(first.content)
    assert size > 6 * MB
    wait_until(lambda: "detail=disk" in org.render(path).headers["Cache-Status"], "the render to lie on the disk")
    wait_until(lambda: copies_in_memory(server, size) == 0, "nobody to hold it")
    readers = [SlowReader(server, f"/render/{org.organization}{path}") for _ in range(20)]
    assert {reader.status_of_cache() for reader in readers} == {"rucola; hit; detail=disk"}
    assert copies_in_memory(server, size) == 1
    assert org.render(path).content == first.content, "and whoever is not slow has it, too"
    assert copies_in_memory(server, size) == 1
    for reader in readers:
        reader.close()
    wait_until(lambda: copies_in_memory(server, size) == 0, "the last one to be noticed as gone")


def test_many_slow_readers_of_a_render_that_nothing_keeps_cost_its_bytes_once(start_server):
    server = start_server("[cache]\nmemory_bytes = 0\ndisk_bytes = 0\n[delivery]\nhot_bytes = 0\n"
                          "[server]\nwrite_timeout = 600\n")
    org = server.organization()
    path = f"/dynamic/noop/{org.add(noisy_png())['hash']}.png"
    size = len(org.render(path).content)
    assert size > 6 * MB
    wait_until(lambda: copies_in_memory(server, size) == 0, "nobody to hold it")
    readers = []
    for _ in range(4):
        readers.append(SlowReader(server, f"/render/{org.organization}{path}"))
        assert readers[-1].status_of_cache() == "rucola; fwd=miss", "each is made by a job of its own"
    assert copies_in_memory(server, size) == 1
    for reader in readers:
        reader.close()
    wait_until(lambda: copies_in_memory(server, size) == 0, "the last one to be noticed as gone")


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
