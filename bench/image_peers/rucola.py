"""The server that is measured."""

import contextlib
import os
from pathlib import Path

from harness import machine, rucola
from harness.cells import Cell, Job
from harness.pictures import Picture

from .peer import Server

FIRST_DPI = 72
NO_PYRAMIDS = {"RUCOLA_RENDER_PYRAMID_FROM_PIXELS": str(1 << 40)}


class Rucola(Server):
    name = "rucola"

    def __init__(self, server: rucola.Rucola, images: dict[str, str]) -> None:
        super().__init__(server.port, server.process.pid)
        self.server = server
        self.images = images
        self.version = machine.first_line(rucola.PROGRAM, "--version")

    def path(self, cell: Cell, job: Job) -> str:
        # A PNG has no quality. The resolution that it names makes it another render, which costs the same.
        option = f"dpi-{FIRST_DPI + job.quality}" if job.output == "png" else f"{job.output}.quality-{job.quality}"
        stack = f"dynamic/resize-width-{job.width}--options-{option}"
        return self.server.render_path(stack, f"{self.images[cell.picture.name]}.{job.output}")


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str], pictures: list[Picture]):
    settings = NO_PYRAMIDS if os.environ.get("BENCH_WITHOUT_PYRAMIDS") else None
    with rucola.serving(scratch, settings) as server:
        yield Rucola(server, {each.name: server.upload(folder / files[each.name]) for each in pictures})
