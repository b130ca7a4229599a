"""The limit: libvips called in-process, as programs/vips_cold.cpp does, with the settings of rucola's encoders."""

import contextlib
from pathlib import Path

from harness import machine, paths

from .peer import InProcess


class Libvips(InProcess):
    name = "libvips in-process"
    version = machine.first_line("pkg-config", "--modversion", "vips")

    def command(self, source: Path, *arguments: str) -> list[str]:
        return [paths.program("vips_cold"), str(source), *arguments]


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str]):
    yield Libvips(folder, files)
