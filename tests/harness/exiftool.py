"""ExifTool: it writes what a picture says of itself, and reads it again, and shares no code with the server."""

import json
import subprocess
import tempfile
from pathlib import Path


def _run(*arguments: str) -> str:
    done = subprocess.run(["exiftool", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def written(data: bytes, suffix: str, *tags: str) -> bytes:
    """The file with such tags: "XMP-dc:Creator=Zoë"."""
    with tempfile.TemporaryDirectory(prefix="rucola-exiftool-") as directory:
        file = Path(directory, f"in{suffix}")
        file.write_bytes(data)
        _run("-q", "-overwrite_original", *(f"-{tag}" for tag in tags), str(file))
        return file.read_bytes()


def read(data: bytes, suffix: str) -> dict:
    """All of it, by the names of its group and its own: {"XMP-dc:Creator": …}. A file that it warns of fails."""
    with tempfile.TemporaryDirectory(prefix="rucola-exiftool-") as directory:
        file = Path(directory, f"out{suffix}")
        file.write_bytes(data)
        found = json.loads(_run("-json", "-G1", "-struct", str(file)))[0]
    assert "ExifTool:Warning" not in found, found["ExifTool:Warning"]
    return found
