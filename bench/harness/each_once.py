"""Load of requests that are all different, each of them once."""

import json
import subprocess

from . import paths


def answered(port: int, targets: list[str], clients: int, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of each request, and seconds of all, by clients that take one after the other until there is none or it is
    too late. A program of its own, since what a client takes of the processors is taken from the server."""
    command = [paths.program("ask_each"), str(port), str(clients), str(seconds)]
    done = subprocess.run(command, input="\n".join(targets), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    counted = json.loads(done.stdout)
    return counted["milliseconds"], counted["seconds"]
