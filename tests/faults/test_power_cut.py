"""Everything that was acknowledged survives a power loss: aliases, images, purges, and the very first start.

`kill -9` can't show this, because what was written and not synced survives it in the kernel's memory.
"""

import os
import random
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from faults.power import disk
from harness import processes
from harness.server import BUILD, clean_environment
from harness.waiting import wait_until

WRITER = BUILD / "durable_writer"


class Writer:
    """The real catalog and blob store in a process of their own, and what they have acknowledged."""

    def __init__(self, data, *kinds, drop_sync=None):
        environment = clean_environment({"RUCOLA_TEST_DROP_SYNC": drop_sync} if drop_sync else None)
        self._process = subprocess.Popen([WRITER, "write", data, *kinds], stdout=subprocess.PIPE, env=environment)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._text = b""

    @property
    def acknowledged(self) -> list[str]:
        """The lines that are whole: the writer may be stopped within one."""
        while chunk := self._process.stdout.read():
            self._text += chunk
        return self._text.decode().split("\n")[:-1]

    def is_stopped(self) -> bool:
        assert self._process.poll() is None, "the writer ended by itself"
        return processes.is_stopped(self._process.pid)

    def stop(self):
        processes.hold_still(self._process.pid)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def writer(*arguments, **options):
    running = Writer(*arguments, **options)
    try:
        yield running
    finally:
        running.end()


def missing(disk_, acknowledged: list[str]) -> list[str]:
    """What of it is not there after a power cut at this moment."""
    with disk_.as_if_the_power_had_gone() as root:
        done = subprocess.run([WRITER, "check", root / "data"], input="".join(line + "\n" for line in acknowledged),
                              capture_output=True, text=True, env=clean_environment())
    assert done.returncode in (0, 1, 2), done.stderr
    if done.returncode == 2:
        return [done.stderr]
    assert bool(done.stdout) == (done.returncode == 1)
    return done.stdout.splitlines()


def has_all(acknowledged: list[str], count: int) -> bool:
    kinds = {line.split()[0] for line in acknowledged}
    return len(acknowledged) >= count and kinds == {"organization", "alias", "image", "purge"}


@pytest.mark.time_limit(600)
def test_all_that_was_acknowledged_survives_a_power_cut_at_any_moment():
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    with disk() as power, writer(power.root / "data", "aliases", "images", "purges") as running:
        seen = 0
        for _ in range(8):
            enough = seen + moments.randrange(50, 300)
            wait_until(lambda wanted=enough: has_all(running.acknowledged, wanted), f"{enough} acknowledgements", 120)
            time.sleep(moments.random() / 50)  # any moment, not only one that follows an acknowledgement
            running.stop()
            acknowledged = running.acknowledged
            assert missing(power, acknowledged) == []
            seen = len(acknowledged)
            running.go_on()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_very_first_things_survive(number):
    """A new data folder is several new names in several folders, each of which has to be synced."""
    with disk() as power, writer(power.root / "data", "blobs", f"--stop-after={number}") as running:
        wait_until(running.is_stopped, "the writer stops itself")
        acknowledged = running.acknowledged
        assert len(acknowledged) == number
        assert missing(power, acknowledged) == []


def is_noticed(kind, drop_sync) -> bool:
    with disk() as power, writer(power.root / "data", kind, "--stop-after=40", drop_sync=drop_sync) as running:
        wait_until(running.is_stopped, "the writer stops itself")
        acknowledged = running.acknowledged
        assert len(acknowledged) == 40
        return missing(power, acknowledged) != []


@pytest.mark.parametrize("kind, drop_sync", [("aliases", "log"), ("blobs", "folders"), ("blobs", "files")])
def test_a_missing_sync_is_noticed(kind, drop_sync):
    """The test of this test: without one of the syncs, something that was acknowledged is gone.

    Some other program's sync() at the wrong moment saves everything, hence more than one attempt."""
    assert any(is_noticed(kind, drop_sync) for _ in range(5))
