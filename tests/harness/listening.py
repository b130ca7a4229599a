"""Ports for the programs in front, and waiting until one listens there."""

import socket
import subprocess
import time

START_LIMIT_SECONDS = 60


def free_port() -> int:
    """A port that was free a moment ago. Whoever binds to it must be ready to be told that it no longer is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def comes_to_listen(process: subprocess.Popen, port: int) -> bool:
    """False where the process has ended, or does not come to it."""
    give_up_at = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False
