"""Requests that come at a steady rate whatever becomes of those before, each on a connection of its own, as those of
many strangers do."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass
class Arrivals:
    """Of each answer: when its request was due, in seconds since the start, and how long after that it was complete."""

    answers: list[tuple[float, int, float]] = field(default_factory=list)  # due, status, milliseconds

    def milliseconds(self, good: bool, since: float) -> list[float]:
        return sorted(took for due, status, took in self.answers if (status == 200) == good and due >= since)


async def _ask(port: int, path: str, due: float, began: float, found: Arrivals) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    while await reader.read(1 << 16):
        pass
    found.answers.append((due, status, (time.monotonic() - began - due) * 1000))
    writer.close()


async def _keep_asking(port: int, path_lists: list[list[str]], rates: list[float]) -> list[Arrivals]:
    found = [Arrivals() for _ in rates]
    began = time.monotonic()

    async def one_kind(paths: list[str], rate: float, into: Arrivals) -> None:
        async with asyncio.TaskGroup() as asked:
            for number, path in enumerate(paths):
                due = number / rate
                await asyncio.sleep(max(0.0, began + due - time.monotonic()))
                asked.create_task(_ask(port, path, due, began, into))

    async with asyncio.TaskGroup() as kinds:
        for paths, rate, into in zip(path_lists, rates, found, strict=True):
            kinds.create_task(one_kind(paths, rate, into))
    return found


def arriving(port: int, *kinds: tuple[list[str], float]) -> list[Arrivals]:
    """Each kind is its paths and how many of them are asked for a second."""
    return asyncio.run(_keep_asking(port, [paths for paths, _ in kinds], [rate for _, rate in kinds]))
