"""A disk that fills up: a small file system, in memory or in a file. Mounting one takes root."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


def _run(*command):
    done = subprocess.run([*_AS_ROOT, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, f"this test mounts a small file system, which takes root: {done.stderr}"


@contextlib.contextmanager
def small_ext4_disk(mebibytes: int):
    """As small_disk(), but what is removed is free only once the journal says so."""
    with tempfile.TemporaryDirectory(prefix="rucola-disk-") as directory:
        image, mounted = Path(directory) / "disk.img", Path(directory) / "mounted"
        with image.open("wb") as file:
            file.truncate(mebibytes << 20)
        _run("mkfs.ext4", "-q", "-m", "0", image)
        mounted.mkdir()
        _run("mount", "-o", "loop,noatime", image, mounted)
        try:
            _run("chown", os.geteuid(), mounted)
            yield mounted
        finally:
            _run("umount", "--lazy", mounted)


@contextlib.contextmanager
def small_disk(mebibytes: int):
    """Yields the mount point."""
    with tempfile.TemporaryDirectory(prefix="rucola-disk-") as directory:
        options = f"size={mebibytes}m,mode=0777"
        done = subprocess.run([*_AS_ROOT, "mount", "-t", "tmpfs", "-o", options, "rucola-test", directory],
                              capture_output=True, text=True)
        assert done.returncode == 0, f"this test mounts a small tmpfs, which takes root: {done.stderr}"
        try:
            yield Path(directory)
        finally:
            subprocess.run([*_AS_ROOT, "umount", "--lazy", directory], check=True)
