"""Start to first answer, and the memory of a server that has nothing to do."""

import time
from pathlib import Path

from harness import effort, processes, usage
from harness.report import Section
from harness.rucola import PROGRAM, environment, serving

ROUNDS = effort.chosen(10, quick=2)


def start_once(scratch: Path, number: int) -> float:
    """Milliseconds from the start of the process to its first answer; the data folder is there already."""
    port = processes.free_port()
    log = scratch / f"start-{number}.log"
    command = [PROGRAM, "serve", "--data", str(scratch / "data"), "--listen", f"127.0.0.1:{port}"]
    began = time.monotonic()
    with processes.running(command, log, environment({})) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        return (time.monotonic() - began) * 1000


def run(section: Section, scratch: Path) -> None:
    with serving(scratch) as server:
        time.sleep(2)  # what a start-up allocates and frees is not idle memory
        section.add("idle memory of the server", usage.resident(server.process.pid), "MiB", target="under 60 MiB")
        workers = usage.descendants(server.process.pid)
        section.add("processes beside the server", float(len(workers)), "workers")
        section.add("idle memory of a worker", [usage.resident(pid) for pid in workers], "MiB")
    times = [start_once(scratch, number) for number in range(ROUNDS)]
    section.add("start to first answer", times, "ms", target="under 150 ms")
