"""Thumbor, a Python server on Pillow, with the codecs that Pillow brings."""

import contextlib
import re
import shutil
from pathlib import Path

from harness import machine, processes
from harness.cells import Cell, Job
from image_peers import installed
from image_peers.peer import Server

HERE = Path(__file__).resolve().parent
PINNED = [HERE / "requirements.txt"]
PYTHON = "/usr/bin/python3"
FORMATS = {"jpg": "jpeg"}


def _install(folder: Path) -> None:
    shutil.copy(PINNED[0], folder)
    installed.run([PYTHON, "-m", "venv", "venv"], folder)
    installed.run(["venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--require-hashes", "--requirement", PINNED[0].name], folder)  # fmt: skip


class Thumbor(Server):
    name = "Thumbor"
    settings = {
        "": "Pillow's Lanczos filter",
        "avif": "libavif's scale of quality, as many threads as cores",
        "png": "row filters of libpng's choice",
    }

    def __init__(self, port: int, pid: int, files: dict[str, str]) -> None:
        super().__init__(port, pid)
        self.files = files
        self.version = re.search(r"^thumbor==(\S+)", PINNED[0].read_text(encoding="utf-8"), re.MULTILINE)[1]

    def path(self, cell: Cell, job: Job) -> str:
        filters = [f"format({FORMATS.get(job.output, job.output)})"]
        filters += [f"quality({job.quality})"] if job.output != "png" else []
        filters += ["background_color(white)"] if job.output == "jpg" and cell.picture.has_alpha else []
        return f"/unsafe/{job.width}x0/filters:{':'.join(filters)}/{self.files[cell.picture.name]}"


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str]):
    where = installed.installed("thumbor", PINNED, _install, PYTHON)
    port = processes.free_port()
    log = scratch / "thumbor.log"
    configuration = scratch / "thumbor.conf"
    configuration.write_text((HERE / "thumbor.conf").read_text(encoding="utf-8") + f"FILE_LOADER_ROOT_PATH = {str(folder)!r}\n",
                             encoding="utf-8")  # fmt: skip
    command = [str(where / "venv" / "bin" / "thumbor"), "--ip", "127.0.0.1", "--port", str(port), "--conf", str(configuration),
               "--log-level", "error", "--processes", str(machine.cores())]  # fmt: skip
    with processes.running(command, log, leaves_children=True) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/healthcheck", process, log)
        yield Thumbor(port, process.pid, files)
