"""sharp, from npm with the libvips that it brings: called in-process, and behind node's HTTP server."""

import contextlib
import json
import shutil
from pathlib import Path

from harness import machine, processes
from harness.cells import Cell, Job
from image_peers import installed
from image_peers.peer import InProcess, Server

HERE = Path(__file__).resolve().parent
PINNED = [HERE / "package.json", HERE / "package-lock.json"]


def _install(folder: Path) -> None:
    for file in PINNED:
        shutil.copy(file, folder)
    installed.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)


def module() -> Path:
    return installed.installed("sharp", PINNED, _install, "npm") / "node_modules" / "sharp"


def version_of(where: Path) -> str:
    with_libvips = json.loads((where / "package.json").read_text(encoding="utf-8"))
    return f"{with_libvips['version']} on node {machine.first_line('node', '--version')}"


class SharpInProcess(InProcess):
    name = "sharp in-process"

    def __init__(self, where: Path, folder: Path, files: dict[str, str]) -> None:
        super().__init__(folder, files)
        self.module = where
        self.version = version_of(where)

    def command(self, source: Path, *arguments: str) -> list[str]:
        return ["node", str(HERE / "in_process.cjs"), str(self.module), str(source), *arguments]


class SharpServer(Server):
    name = "sharp behind HTTP"

    def __init__(self, port: int, pid: int, where: Path, files: dict[str, str]) -> None:
        super().__init__(port, pid)
        self.files = files
        self.version = version_of(where)

    def path(self, cell: Cell, job: Job) -> str:
        return f"/{self.files[cell.picture.name]}?output={job.output}&width={job.width}&quality={job.quality}"


@contextlib.contextmanager
def started_in_process(scratch: Path, folder: Path, files: dict[str, str]):
    yield SharpInProcess(module(), folder, files)


@contextlib.contextmanager
def started_server(scratch: Path, folder: Path, files: dict[str, str]):
    where = module()
    port = processes.free_port()
    log = scratch / "sharp.log"
    command = ["node", str(HERE / "server.cjs"), str(where), str(folder), str(port), str(machine.cores())]
    with processes.running(command, log) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/", process, log)
        yield SharpServer(port, process.pid, where, files)
