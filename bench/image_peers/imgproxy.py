"""imgproxy, a Go server on libvips. BENCH_IMGPROXY names the program: nothing here installs it."""

import contextlib
import os
from pathlib import Path

from harness import machine, processes
from harness.cells import Cell, Job

from .peer import Missing, Server

AVIF_SPEED = 7  # what libvips calls an effort of 2
SETTINGS = {
    "IMGPROXY_MAX_SRC_RESOLUTION": "225",
    "IMGPROXY_AVIF_SPEED": str(AVIF_SPEED),
    "IMGPROXY_WEBP_EFFORT": "4",
    "IMGPROXY_TIMEOUT": "120",
    "IMGPROXY_LOG_LEVEL": "error",
    "IMGPROXY_STRIP_METADATA": "true",
    "IMGPROXY_STRIP_COLOR_PROFILE": "true",
    "IMGPROXY_AUTO_ROTATE": "true",
}


class Imgproxy(Server):
    name = "imgproxy"
    settings = {"png": "compression 6 and all row filters (palettes: none); neither can be set"}

    def __init__(self, port: int, pid: int, files: dict[str, str], program: str) -> None:
        super().__init__(port, pid)
        self.files = files
        self.version = machine.first_line(program, "version")

    def path(self, cell: Cell, job: Job) -> str:
        options = [f"w:{job.width}"]
        options += [f"q:{job.quality}"] if job.output != "png" else []
        options += ["bg:255:255:255"] if job.output == "jpg" and cell.picture.has_alpha else []
        return f"/unsafe/{'/'.join(options)}/plain/local:///{self.files[cell.picture.name]}@{job.output}"


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str]):
    program = os.environ.get("BENCH_IMGPROXY")
    if program is None:
        raise Missing("BENCH_IMGPROXY names no program")
    port = processes.free_port()
    log = scratch / "imgproxy.log"
    own = {key: value for key, value in os.environ.items() if not key.startswith("IMGPROXY_")}
    settings = SETTINGS | {"IMGPROXY_BIND": f"127.0.0.1:{port}", "IMGPROXY_LOCAL_FILESYSTEM_ROOT": str(folder)}
    with processes.running([program], log, own | settings) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield Imgproxy(port, process.pid, files, program)
