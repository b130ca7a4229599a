"""A disk whose power can be cut: ext4 in a loop file.

What a program wrote but did not sync stays in the memory of the loop's file system and never reaches the backing
file. So a copy of the backing file is what the disk would hold if the power went now, and mounting the copy is the
restart. Two settings keep anything else from writing back meanwhile: direct I/O, so that the backing file has no
cache of its own, and a commit interval longer than any test.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

MEBIBYTES = 96
_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


def require_root():
    """Loop devices take root. Where there is none, the test fails, unless it is left out on purpose."""
    if os.environ.get("RUCOLA_TEST_WITHOUT_ROOT") == "1":
        pytest.skip("left out on purpose: RUCOLA_TEST_WITHOUT_ROOT=1")


def _run(*command):
    done = subprocess.run([*_AS_ROOT, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, (
        f"{command[0]} failed: {done.stderr.strip()}. The power-cut test makes and mounts a file system in a loop "
        "device, which takes root (or sudo without a password). RUCOLA_TEST_WITHOUT_ROOT=1 leaves it out."
    )
    return done.stdout.strip()


@contextlib.contextmanager
def _mounted(image: Path, mount_point: Path, *options):
    device = _run("losetup", "--direct-io=on", "--find", "--show", image)
    try:
        mount_point.mkdir()
        _run("mount", "-t", "ext4", "-o", ",".join(["noatime", *options]), device, mount_point)
        try:
            _run("chown", os.geteuid(), mount_point)
            yield mount_point
        finally:
            _run("umount", mount_point)
            mount_point.rmdir()
    finally:
        _run("losetup", "--detach", device)


class Disk:
    def __init__(self, folder: Path):
        self._folder = folder
        self._image = folder / "disk.img"
        self.root = folder / "mounted"

    @contextlib.contextmanager
    def as_if_the_power_had_gone(self):
        """Yields the root of the disk as the next start would find it."""
        copy = self._folder / "copy.img"
        _run("cp", "--sparse=always", self._image, copy)
        try:
            with _mounted(copy, self._folder / "after") as root:
                yield root
        finally:
            copy.unlink()


@contextlib.contextmanager
def disk():
    require_root()
    folder = Path(tempfile.mkdtemp(prefix="rucola-power-"))
    try:
        image = folder / "disk.img"
        with image.open("wb") as file:
            file.truncate(MEBIBYTES << 20)
        _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        with _mounted(image, folder / "mounted", "commit=3600"):
            yield Disk(folder)
    finally:
        shutil.rmtree(folder)
