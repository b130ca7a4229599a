"""A small origin that sends the headers rucola sends, and does what a test tells it to.

It answers every path from a table of pictures. A test can hold answers back (`gate`), let them fail, and count
what arrived.
"""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONG = "public, max-age=31536000"


@dataclass
class Picture:
    body: bytes = b"picture"
    tags: str = ""
    cache_control: str | None = LONG
    status: int = 200  # 0: the connection breaks off without an answer
    headers: dict = field(default_factory=dict)


@dataclass
class Seen:
    method: str
    path: str
    headers: dict  # names in lower case


class Origin:
    def __init__(self):
        self.pictures: dict[str, Picture] = {}
        self.failing_with = 0  # a status that every path answers with, the probe's too
        self.gate: threading.Event | None = None  # a request takes its picture, then waits here before it answers
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._waiting = 0
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                origin._answer(self)

            do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_COPY = do_GET

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        if self.gate is not None:
            self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def seen(self, path: str | None = None) -> list[Seen]:
        """What arrived, the probe's requests left out."""
        with self._lock:
            return [s for s in self._seen if s.path != "/readyz" and (path is None or s.path == path)]

    def waiting(self) -> int:
        """How many requests stand at the gate."""
        with self._lock:
            return self._waiting

    def _answer(self, handler: BaseHTTPRequestHandler):
        length = int(handler.headers.get("Content-Length") or 0)
        handler.rfile.read(length)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            self._seen.append(Seen(handler.command, handler.path, headers))
        picture = self._picture(handler.path)
        if self.gate is not None and handler.path != "/readyz":
            with self._lock:
                self._waiting += 1
            self.gate.wait(60)
            with self._lock:
                self._waiting -= 1
        self._send(handler, picture)

    def _picture(self, path: str) -> Picture:
        if self.failing_with:
            return Picture(b"failing", cache_control="no-store", status=self.failing_with)
        if path == "/readyz":
            return Picture(b"ready", cache_control="no-store")
        return self.pictures.get(path.split("?")[0], Picture(b"nothing here", "", "public, max-age=10", 404))

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, picture: Picture):
        if picture.status == 0:
            handler.close_connection = True
            return
        handler.send_response(picture.status)
        if picture.cache_control:
            handler.send_header("Cache-Control", picture.cache_control)
        if picture.tags:
            handler.send_header("xkey", picture.tags)
        for name, value in picture.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(picture.body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(picture.body)
