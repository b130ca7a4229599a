"""A disk that fills up: a small file system in memory. Mounting one takes root."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


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
