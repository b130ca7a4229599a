"""The vips command, as the judge of our own pixels. It runs in a process of its own, with a file for each step."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# Where the distribution's libvips is too old, packaging/libvips/get.sh builds one, with its commands.
_BUILT = Path(__file__).resolve().parents[2] / "build" / "libvips" / "bin"
_FOLDERS = f"{_BUILT}:{os.environ['PATH']}"


def command(name: str) -> str:
    found = shutil.which(name, path=_FOLDERS)
    assert found, f"there is no command {name}; packaging/libvips/get.sh sees to it"
    return found


def run(*arguments) -> str:
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def convert(data: bytes, suffix: str, *steps: tuple, save: tuple = ("copy",), load: str = "") -> bytes:
    """`data` through vips' operations, one after the other, each (name, arguments after input and output …), then saved
    as what `suffix` means. `load` holds options of the loader, such as "[n=-1]"."""
    with tempfile.TemporaryDirectory(prefix="rucola-vips-") as directory:
        current = Path(directory, "in")
        current.write_bytes(data)
        current = f"{current}{load}"
        for number, (name, *arguments) in enumerate(steps):
            result = Path(directory, f"step{number}.v")
            run(command("vips"), name, current, result, *arguments)
            current = result
        out = Path(directory, f"out{suffix}")
        name, *arguments = save
        run(command("vips"), name, current, out, *arguments)
        return out.read_bytes()


def field(data: bytes, name: str) -> str:
    """One field of the header, such as width, bands, interpretation or vips-loader."""
    with tempfile.NamedTemporaryFile(prefix="rucola-vips-") as file:
        file.write(data)
        file.flush()
        return run(command("vipsheader"), "-f", name, file.name).strip()
