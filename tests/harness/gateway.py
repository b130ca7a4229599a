"""A TCP forwarder between two peers, which a test can close, or let hold back answers."""

import contextlib
import socket
import threading


class Gateway:
    """Forwards every connection to `target_port` while it is open. `hold` is a mark, bytes of a request: answers on the
    connection on which it was seen last wait until `release()`."""

    def __init__(self, target_port: int):
        self.target_port = target_port
        self._hold: bytes | None = None
        self._released = threading.Event()
        self._held = threading.Event()
        self._open = True
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_) -> None:
        self.release()
        self._listener.close()
        self._drop_all()

    def shut(self) -> None:
        """From now on connections are reset, those that stand too."""
        self._open = False
        self._drop_all()

    def open(self) -> None:
        self._open = True

    def hold(self, mark: bytes) -> None:
        self._held.clear()
        self._released.clear()
        self._hold = mark

    def wait_until_held(self, limit_seconds: float = 60) -> None:
        """Until the first bytes of an answer wait."""
        assert self._held.wait(limit_seconds), "no answer came that could be held back"

    def release(self) -> None:
        self._hold = None
        self._released.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._open:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target_port), timeout=30)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._sockets |= {client, server}
            held = threading.Event()
            threading.Thread(target=self._requests, args=(client, server, held), daemon=True).start()
            threading.Thread(target=self._answers, args=(server, client, held), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, held: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                mark = self._hold
                if mark is not None and mark in data:
                    held.set()
                else:
                    held.clear()
                server.sendall(data)
        self._drop(client, server)

    def _answers(self, server: socket.socket, client: socket.socket, held: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if held.is_set():
                    self._held.set()
                    self._released.wait(300)
                client.sendall(data)
        self._drop(client, server)

    def _drop(self, *sockets: socket.socket) -> None:
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with self._lock:
            self._sockets -= set(sockets)

    def _drop_all(self) -> None:
        with self._lock:
            standing = list(self._sockets)
        self._drop(*standing)
