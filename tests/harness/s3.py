"""A real S3 server, versitygw, and a proxy in front of it that a test can have fail."""

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.listening import comes_to_listen, free_port

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "servers" / "versitygw"
KEYS = {"AWS_ACCESS_KEY_ID": "of-tests", "AWS_SECRET_ACCESS_KEY": "a-secret-of-tests"}


class S3Server:
    """Its buckets are folders below `buckets`, its objects files in them."""

    def __init__(self):
        if not PROGRAM.exists():
            pytest.skip("there is no S3 server: tests/servers/get-versitygw.sh says why")
        self.folder = Path(tempfile.mkdtemp(prefix="rucola-s3-"))
        self.buckets = self.folder / "buckets"
        (self.buckets / "pictures").mkdir(parents=True)
        (self.folder / "sidecar").mkdir()
        self.port = 0
        self._process = None

    def __enter__(self) -> "S3Server":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """A later start takes the same port again."""
        self.port = self.port or free_port()
        environment = {**os.environ, "ROOT_ACCESS_KEY": KEYS["AWS_ACCESS_KEY_ID"],
                       "ROOT_SECRET_KEY": KEYS["AWS_SECRET_ACCESS_KEY"]}
        self._process = subprocess.Popen(
            [PROGRAM, "--quiet", "--port", f"127.0.0.1:{self.port}", "posix", "--sidecar", self.folder / "sidecar", self.buckets],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        assert comes_to_listen(self._process, self.port), "versitygw does not listen"

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def objects(self, folder: str = "blobs") -> list[Path]:
        return sorted(path for path in (self.buckets / "pictures").rglob(f"{folder}/*/*") if path.is_file())


def signed_headers(request) -> set[str]:
    found = re.search(r"SignedHeaders=([^,]+)", request.headers.get("Authorization", ""))
    return set(found.group(1).split(";")) if found else {"authorization"}


class FaultyS3:
    """Hands requests on as they are, the signed host included, unless it was told to do something else with the next. As MinIO
    it refuses a request that lacks a header which it says to have signed; versitygw does not mind."""

    def __init__(self, server: S3Server):
        self.server = server
        self.seen: list[str] = []  # methods
        self._next: list = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                proxy._answer(self)

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_any

        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._listener.daemon_threads = True
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def __enter__(self) -> "FaultyS3":
        return self

    def __exit__(self, *_) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next(self, *faults) -> None:
        """Each a status to answer with, a status and a body, "cut" (half of the answer), "endless" (no length), "reset" or
        "silence" (until the other leaves)."""
        with self._lock:
            self._next.extend(faults)

    def _answer(self, request) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        with self._lock:
            self.seen.append(request.command)
            fault = self._next.pop(0) if self._next else None
        request.close_connection = fault is not None
        if fault == "silence":
            request.connection.settimeout(60)
            try:
                request.connection.recv(1)
            except OSError:
                pass
        elif fault == "reset":
            pass
        elif fault == "endless":
            request.send_response(200)
            request.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(4096):
                    request.wfile.write(b"x" * 65536)
        elif not signed_headers(request) <= {name.lower() for name in request.headers}:
            self._say(request, 403, b"<Error><Code>AccessDenied</Code><Message>Something signed is not there.</Message></Error>")
        elif isinstance(fault, int):
            self._say(request, fault, b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>")
        elif isinstance(fault, tuple):
            self._say(request, *fault)
        else:
            self._hand_on(request, body, cut=fault == "cut")

    @staticmethod
    def _say(request, status: int, text: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text if request.command != "HEAD" else b"")

    def _hand_on(self, request, body: bytes, cut: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("date", "server", "connection"):
                request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content[:len(content) // 2] if cut else content)
        connection.close()
