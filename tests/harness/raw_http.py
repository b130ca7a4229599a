"""HTTP by hand, for what no client library would send."""

import socket
from dataclasses import dataclass

LIMIT_SECONDS = 60


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case; of repeated ones the last
    body: bytes


class Connection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT_SECONDS)
        self.unread = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_while_open(self, data: bytes) -> bool:
        """False where the other side has hung up, which it may do in the middle of what it refuses."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def answer(self, head_only: bool = False) -> Answer | None:
        """The next answer; nothing where the connection ends before one begins."""
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                headers[name.strip().lower()] = value.strip()
        status = int(first.split(" ")[1])
        if status == 100:
            return self.answer(head_only)
        body = b"" if head_only or status in (204, 304) else self._body(headers)
        return Answer(status, headers, body)

    def is_closed_by_server(self) -> bool:
        """Waits for the end of the connection; fails where more bytes come, or where it stays open."""
        if self.unread:
            return False
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _body(self, headers: dict) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size = int(self._read_until(b"\r\n").split(b";")[0], 16)
                body += self._read(size)
                self._read(2)
                if size == 0:
                    return body
        return self._read(int(headers.get("content-length", 0)))

    def _read(self, size: int) -> bytes:
        while len(self.unread) < size:
            data = self.socket.recv(65536)
            assert data, f"the connection ended {size - len(self.unread)} bytes early"
            self.unread += data
        taken, self.unread = self.unread[:size], self.unread[size:]
        return taken

    def _read_until(self, mark: bytes) -> bytes | None:
        while mark not in self.unread:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                assert not self.unread, f"the connection ended in the middle of {self.unread!r}"
                return None
            self.unread += data
        end = self.unread.index(mark) + len(mark)
        taken, self.unread = self.unread[:end], self.unread[end:]
        return taken


def exchange(port: int, data: bytes, head_only: bool = False) -> Answer | None:
    """One request on a connection of its own."""
    with Connection(port) as connection:
        connection.send_while_open(data)
        return connection.answer(head_only)


def multipart(boundary: str, *parts: tuple[str, str | None, bytes]) -> bytes:
    """A body of parts (field, file name or None, content)."""
    body = b""
    for field, filename, content in parts:
        disposition = f'form-data; name="{field}"' + (f'; filename="{filename}"' if filename is not None else "")
        body += f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()
