"""Alias moves through the API at a steady pace."""

import http.client
import json
import threading
import time
from dataclasses import dataclass

from .beside import Beside
from .rucola import Rucola

CONNECTIONS = 32  # enough to keep the pace where each call waits for a busy server
NAMES = 100  # of aliases that are moved in turn


@dataclass
class Moves:
    number: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.number / self.seconds


def keep_moving(state: Beside, server: Rucola, images: list[str], prefix: str, per_second: float) -> Moves:
    """Each connection has its share of the pace. One that is late does not catch up: a burst would be another load."""
    counts = [0] * CONNECTIONS
    failures: list[Exception] = []
    interval = CONNECTIONS / per_second
    began = time.monotonic()

    def mover(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        due = began + interval * number / CONNECTIONS
        while not state.stopped.wait(max(0.0, due - time.monotonic())):
            name = f"{prefix}{(counts[number] * CONNECTIONS + number) % NAMES}"
            image = images[counts[number] // NAMES % 2]
            connection.request(
                "PUT",
                f"/sourceimages/{server.organization}/alias/{name}?overwrite=true",
                json.dumps({"hash": image}),
                {"Api-Key": server.key},
            )
            answer = connection.getresponse()
            body = answer.read()
            if answer.status not in (200, 201):
                failures.append(RuntimeError(f"a move: {answer.status} {body[:300]!r}"))
                return
            counts[number] += 1
            due = max(due + interval, time.monotonic())

    threads = [threading.Thread(target=mover, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    state.under_way()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Moves(sum(counts), time.monotonic() - began)
