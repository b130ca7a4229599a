"""Where things lie, and folders that go away by themselves."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
RESULTS = ROOT / "bench" / "results"
LUA = ROOT / "bench" / "wrk"

# Inputs that take a moment to make are kept between runs.
INPUTS = BUILD / "bench-inputs"


def program(name: str) -> str:
    return str(BUILD / f"bench_{name}")


@contextlib.contextmanager
def scratch(name: str, parent: Path = BUILD):
    """An empty folder, by default on the disk that the clone is on: what is measured to be durable has to be."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-", dir=parent))
    folder.chmod(0o755)  # nginx's and Varnish's workers are other users
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def memory_backed() -> Path:
    """Where syncing costs nothing, for what only has to be filled and read."""
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK) else BUILD
