"""Programs that run for a while: started on free ports of the loopback, stopped whatever happens."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import usage


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, process: subprocess.Popen, log: Path, limit_seconds: float = 60, status: int = 200) -> None:
    """Until the URL answers with that status; asked often enough for start-up times to be measured by it."""
    deadline = time.monotonic() + limit_seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError) as error:
            if getattr(error, "code", None) == status:
                return
            time.sleep(0.002)
    raise RuntimeError(f"{url} does not answer; its output:\n{log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def running(command: list[str], log: Path, environment: dict[str, str] | None = None, leaves_children: bool = False):
    """`leaves_children`: it ends without those that it has started; they are ended too."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        yield process
    finally:
        below = usage.descendants(process.pid) if leaves_children and process.poll() is None else []
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for child in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
