"""imagor, a Go server on libvips: built here against the libvips that rucola is built against."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import processes
from harness.cells import Cell, Job
from image_peers import installed
from image_peers.peer import Server

HERE = Path(__file__).resolve().parent
PINNED = [HERE / "go.mod", HERE / "go.sum"]
PACKAGE = "github.com/cshum/imagor/cmd/imagor"
FORMATS = {"jpg": "jpeg"}
AVIF_SPEED = 7  # what libvips calls an effort of 2


def _install(folder: Path) -> None:
    for file in PINNED:
        shutil.copy(file, folder)
    where = subprocess.run(["pkg-config", "--variable=libdir", "vips"], capture_output=True, text=True, check=False)
    environment = os.environ | {"CGO_ENABLED": "1", "CGO_LDFLAGS": f"-O2 -Wl,-rpath,{where.stdout.strip()}"}
    installed.run(["go", "build", "-mod=readonly", "-o", "imagor", PACKAGE], folder, environment)


class Imagor(Server):
    name = "imagor"
    settings = {"jpg": "Huffman tables are not optimised (without MozJPEG it has no such setting)"}

    def __init__(self, port: int, pid: int, files: dict[str, str]) -> None:
        super().__init__(port, pid)
        self.files = files
        self.version = re.search(r"/imagor (v\S+)", PINNED[0].read_text(encoding="utf-8"))[1]

    def path(self, cell: Cell, job: Job) -> str:
        filters = [f"format({FORMATS.get(job.output, job.output)})"]
        filters += ["compression(7)"] if job.output == "png" else [f"quality({job.quality})"]
        filters += ["background_color(white)"] if job.output == "jpg" and cell.picture.has_alpha else []
        return f"/unsafe/{job.width}x0/filters:{':'.join(filters)}/{self.files[cell.picture.name]}"


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str]):
    program = installed.installed("imagor", PINNED, _install, "go") / "imagor"
    port = processes.free_port()
    log = scratch / "imagor.log"
    command = [str(program), "-bind", f"127.0.0.1:{port}", "-imagor-unsafe", "-http-loader-disable", "-file-loader-base-dir",
               str(folder), "-vips-strip-metadata", "-vips-avif-speed", str(AVIF_SPEED), "-imagor-request-timeout",
               "120s"]  # fmt: skip
    with processes.running(command, log) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/", process, log)
        yield Imagor(port, process.pid, files)
