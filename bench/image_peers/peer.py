"""What all peers are: something that renders a job of a cell, one for a look at it and many against the clock."""

import http.client
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness import machine, usage
from harness.cells import Cell, Job
from harness.each_once import answered

ANSWER_SECONDS = 120


class Missing(Exception):
    """A peer that this machine can't have, and why."""


class Refused(Exception):
    """A cell that a peer does not do, and what it says."""


@dataclass
class Run:
    jobs: int
    seconds: float
    processor_seconds: float
    peak_mib: float
    milliseconds: list[float] = field(default_factory=list)  # of each job; only where one at a time was done

    @property
    def per_second(self) -> float:
        return self.jobs / self.seconds


class Peer:
    """`settings` says what is other than with rucola, by output ("" for all): what this peer can't be set to."""

    name = ""
    version = ""
    settings: dict[str, str] = {}
    is_server = True

    def difference(self, cell: Cell) -> str:
        return "; ".join(self.settings[key] for key in ("", cell.output) if key in self.settings)

    def render(self, cell: Cell) -> bytes:
        """The cell's typical job. Raises Refused."""
        raise NotImplementedError

    def all_cores(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        """As many at a time as keep all cores busy, until the jobs are done or the time is over."""
        raise NotImplementedError

    def one_at_a_time(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        raise NotImplementedError


class Server(Peer):
    """Asked through HTTP on the loopback, over connections that are kept."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    def path(self, cell: Cell, job: Job) -> str:
        """Of the render. Raises Refused where there can't be one."""
        raise NotImplementedError

    def render(self, cell: Cell) -> bytes:
        status, body = ask(self.port, self.path(cell, cell.typical()))
        if status != 200:
            raise Refused(f"{status} {body[:80].decode(errors='replace').strip()}")
        return body

    def all_cores(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        return self._run(cell, jobs, 2 * machine.cores(), seconds)

    def one_at_a_time(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        return self._run(cell, jobs, 1, seconds)

    def _run(self, cell: Cell, jobs: list[Job], clients: int, seconds: float) -> Run:
        usage.begin_peak(self.pid)
        before = usage.processor_seconds(self.pid)
        times, took = answered(self.port, [self.path(cell, job) for job in jobs], clients, seconds)
        spent = usage.processor_seconds(self.pid) - before
        return Run(len(times), took, spent, usage.peak_of_all(self.pid), times)


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class InProcess(Peer):
    """A program that takes jobs from its standard input, in as many processes as asked for, and prints what they cost."""

    is_server = False

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        self.files = files

    def command(self, source: Path, *arguments: str) -> list[str]:
        raise NotImplementedError

    def render(self, cell: Cell) -> bytes:
        out = self.folder.parent / f"answer-of-{self.name.replace(' ', '-')}"
        self._call(cell, [cell.typical()], str(out))
        return out.read_bytes()

    def all_cores(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        return self._run(cell, jobs, machine.cores(), seconds)

    def one_at_a_time(self, cell: Cell, jobs: list[Job], seconds: float) -> Run:
        run = self._run(cell, jobs, 1, seconds)
        run.milliseconds = [run.seconds / run.jobs * 1000]
        return run

    def _run(self, cell: Cell, jobs: list[Job], processes: int, seconds: float) -> Run:
        counted = json.loads(self._call(cell, jobs, str(processes), str(seconds)))
        peak_mib = counted["peak_rss_kib"] / 1024 * processes
        return Run(counted["jobs"], counted["seconds"], counted["processor_seconds"], peak_mib)

    def _call(self, cell: Cell, jobs: list[Job], *arguments: str) -> str:
        command = self.command(self.folder / self.files[cell.picture.name], *arguments)
        lines = "\n".join(f"{job.output} {job.width} {job.quality}" for job in jobs)
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(f"{self.name}: {done.stderr.strip()[-200:]}")
        return done.stdout
