"""What strangers may do to a server: uploads of pictures that take much to find out about, and uploads by URL from a server
that never answers."""

import contextlib
import http.client
import socket
import struct
import threading
import uuid
import zlib
from collections import Counter
from collections.abc import Callable

from .beside import Beside
from .rucola import Rucola

# Who was refused comes again; not at once, or the clients would take the processor that the server is to be measured on.
PAUSE_SECONDS = 0.25


class Bomb:
    """A correct PNG of one colour: 225 megapixels of 15,000² are 28 KB. Each is another file to the server."""

    def __init__(self, side: int) -> None:
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        self.head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
        self.tail = chunk(b"IDAT", one_colour(side)) + chunk(b"IEND", b"")

    def content(self) -> bytes:
        return self.head + chunk(b"tEXt", b"Comment\0" + uuid.uuid4().hex.encode()) + self.tail


def one_colour(side: int) -> bytes:
    row = bytes(1 + (side + 7) // 8)  # one bit a pixel
    compressor = zlib.compressobj(9)
    return b"".join(compressor.compress(row * 100) for _ in range(side // 100)) + compressor.flush()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def form(name: str, filename: str, content: bytes) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    body = f"--{mark}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"


class SilentSite:
    """Takes connections and says nothing."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                self.taken.append(self.listener.accept()[0])

    def close(self) -> None:
        self.listener.close()
        for each in self.taken:
            each.close()


def keep_uploading(state: Beside, server: Rucola, uploads: int, bombs: int, side: int) -> dict[str, Counter]:
    """As many uploads of each kind at a time, again and again. Returns how they were answered: statuses, and "cut off" for
    what was under way when it all ended."""
    site = SilentSite()
    answers = {"silent": Counter(), "bomb": Counter()}
    connections: list[http.client.HTTPConnection] = []

    def uploader(kind: str, make_form: Callable[[], tuple[bytes, str]]) -> None:
        while not state.stopped.is_set():
            body, content_type = make_form()
            headers = {"Api-Key": server.key, "Content-Type": content_type}
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
            connections.append(connection)
            try:
                connection.request("POST", f"/sourceimages/{server.organization}", body, headers)
                answer = connection.getresponse()
                answer.read()
                answers[kind][answer.status] += 1
            except (OSError, http.client.HTTPException):
                answers[kind]["cut off"] += 1
            finally:
                connection.close()
            state.stopped.wait(PAUSE_SECONDS)

    url = f"http://127.0.0.1:{site.port}/never.jpg".encode()
    bomb = Bomb(side)
    kinds = [("silent", lambda: form("url[0]", "", url))] * uploads
    kinds += [("bomb", lambda: form("filedata", "bomb.png", bomb.content()))] * bombs
    threads = [threading.Thread(target=uploader, args=kind) for kind in kinds]
    for thread in threads:
        thread.start()
    while len(connections) < uploads + bombs and not state.stopped.is_set():
        state.stopped.wait(0.01)
    state.under_way()
    state.stopped.wait()
    for connection in connections:
        with contextlib.suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)
    site.close()
    for thread in threads:
        thread.join()
    return answers
