"""Peers that no package of Debian has install themselves once, pinned, under build/bench-peers."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from harness import effort, paths

from .peer import Missing

FOLDER = paths.BUILD / "bench-peers"
HERE = Path(__file__).resolve().parent
INSTALL_SECONDS = 3600


def installed(name: str, pinned: list[Path], install: Callable[[Path], None], needs: str) -> Path:
    """The peer's folder. Where it is not there for these files that pin its versions, `install` fills it, with the program
    `needs`; `--quick` downloads nothing."""
    folder = FOLDER / name
    mark = folder / ".installed-for"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in pinned)).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return folder
    if effort.QUICK:
        raise Missing("not installed, and --quick downloads nothing")
    if shutil.which(needs) is None:
        raise Missing(f"{needs} is missing")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"installing {name} into {folder.relative_to(paths.ROOT)}, once", flush=True)
    install(folder)
    mark.write_text(wanted, encoding="utf-8")
    return folder


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    log = folder / "install.log"
    with log.open("ab") as output:
        try:
            done = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment,
                                  timeout=INSTALL_SECONDS, check=False)  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Missing(f"its installation did not end within {INSTALL_SECONDS} s") from error
    if done.returncode != 0:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise Missing(f"its installation failed: {''.join(last)[:300]} ({log.relative_to(paths.ROOT)})")
