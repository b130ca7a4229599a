"""Fonts that the machine has, for tests that upload them: those of Debian's package fonts-dejavu-core."""

import subprocess
from pathlib import Path


def path(name: str = "DejaVu Sans:style=Book") -> Path:
    found = subprocess.run(["fc-match", "-f", "%{file}", name], capture_output=True, text=True, check=True, timeout=60)
    return Path(found.stdout)


def sans() -> bytes:
    return path().read_bytes()
