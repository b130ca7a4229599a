"""Rounds of concurrent clients: in each, all of them use one alias. First they only read, so that every event loop holds
a finished answer of it; then some move it while the others read on. An alias rests for more than three seconds between
its rounds, since until then no date is a validator.

What a client asks for depends on the seed, the round and the client alone."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from harness.histories.clients import Client, Gallery, Transport
from harness.histories.linearizability import Contradiction, Operation, contradiction
from harness.histories.register import IfMatch

REST_SECONDS = 3.1
READS_BEFORE_MOVES = 4
OPERATIONS = 8

Step = tuple[int, Callable[[Client, random.Random, str], None]]  # weight, what is done


def known_version(client: Client, alias: str) -> IfMatch:
    return IfMatch((client.versions.get(alias, 1),))


WRITES: list[Step] = [
    (30, lambda client, chance, alias: client.put(chance, alias)),
    (25, lambda client, chance, alias: client.put(chance, alias, if_match=known_version(client, alias))),
    (5, lambda client, chance, alias: client.put(chance, alias, if_match=IfMatch(None))),
    (8, lambda client, chance, alias: client.put(chance, alias, overwrite=False)),
    (4, lambda client, chance, alias: client.put(chance, alias, must_be_new=True)),
    (6, lambda client, chance, alias: client.delete(chance, alias)),
    (6, lambda client, chance, alias: client.delete(chance, alias, if_match=known_version(client, alias))),
    (8, lambda client, chance, alias: client.read(chance, alias)),
    (8, lambda client, chance, alias: client.render(chance, alias)),
]
READS: list[Step] = [
    (30, lambda client, chance, alias: client.render(chance, alias)),
    (25, lambda client, chance, alias: client.render(chance, alias, by="tag")),
    (25, lambda client, chance, alias: client.render(chance, alias, by="date")),
    (10, lambda client, chance, alias: client.read(chance, alias)),
    (10, lambda client, chance, alias: client.read(chance, alias, conditional=True)),
]


@dataclass
class Script:
    """What one client of a round does once the moves begin."""

    steps: list[Step]
    operations: int = OPERATIONS

    def run(self, client: Client, chance: random.Random, alias: str) -> None:
        weights = [weight for weight, _ in self.steps]
        for _ in range(self.operations):
            chance.choices(self.steps, weights)[0][1](client, chance, alias)


API_WRITER = Script(WRITES)
READER = Script(READS)
COMMAND = Script([(1, lambda client, chance, alias: client.put_by_command(chance, alias))], operations=1)
HAND = Script([(2, lambda client, chance, alias: client.put_by_hand(chance, alias)),
               (1, lambda client, chance, alias: client.render(chance, alias))])
CAST = [API_WRITER, API_WRITER, READER, READER, READER, READER, READER]


def last_script(round_: int) -> Script:
    """The eighth client is another one in each round."""
    return (API_WRITER, COMMAND, HAND, READER)[round_ % 4]


@dataclass
class History:
    of_alias: dict[str, list[Operation]]
    counted: Counter

    def contradictions(self) -> dict[str, Contradiction]:
        found = {alias: contradiction(operations) for alias, operations in self.of_alias.items()}
        return {alias: what for alias, what in found.items() if what is not None}


class Pace:
    """Lets all clients into a round together, once its alias has rested."""

    def __init__(self, clients: int, aliases: list[str]):
        self.aliases = aliases
        self.round = -1
        self.ended: dict[str, float] = {}
        self.barrier = threading.Barrier(clients, action=self._next)

    def enter(self) -> None:
        self.barrier.wait(600)

    def _next(self) -> None:
        if self.round >= 0:
            self.ended[self.aliases[self.round % len(self.aliases)]] = time.monotonic()
        self.round += 1
        rested_at = self.ended.get(self.aliases[self.round % len(self.aliases)], 0) + REST_SECONDS
        time.sleep(max(0.0, rested_at - time.monotonic()))


def _play(client: Client, number: int, pace: Pace, seed: int, rounds: int) -> None:
    try:
        for round_ in range(rounds):
            pace.enter()
            chance = random.Random(f"{seed} {round_} {number}")
            alias = pace.aliases[round_ % len(pace.aliases)]
            for _ in range(READS_BEFORE_MOVES):
                client.render(chance, alias)
            (CAST[number] if number < len(CAST) else last_script(round_)).run(client, chance, alias)
    except BaseException:
        pace.barrier.abort()  # the others would wait for this client for ever
        raise


def _bustle(client: Client, seed: int, done: threading.Event) -> None:
    chance = random.Random(f"{seed} bustle")
    while not done.is_set():
        client.put(chance, f"other_{chance.randrange(50)}")
    client.transport.close()


def play(gallery: Gallery, ports: list[int], seed: int, aliases: int, rounds: int, transport=Transport,
         neighbour: Gallery | None = None) -> History:
    """The clients are spread over the servers at `ports`. A neighbour moves aliases of its own all the time, so that hardly a
    commit that matters comes alone."""
    number_of_clients = len(CAST) + 1
    names = [f"alias_{seed}_{number}" for number in range(aliases)]
    clients = [Client(f"client {number}", gallery, transport(ports[number % len(ports)]))
               for number in range(number_of_clients)]
    pace = Pace(number_of_clients, names)
    with ThreadPoolExecutor(number_of_clients + 1) as pool:
        done = threading.Event()
        if neighbour is not None:
            bustle = pool.submit(_bustle, Client("neighbour", neighbour, Transport(ports[0])), seed, done)
        played = [pool.submit(_play, client, number, pace, seed, rounds) for number, client in enumerate(clients)]
        wait(played)
        done.set()
    for client in clients:
        client.transport.close()
    if neighbour is not None:
        bustle.result()
    failures = [future.exception() for future in played if future.exception() is not None]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, threading.BrokenBarrierError)):
        raise failure
    return _merged(clients)


def _merged(clients: list[Client]) -> History:
    of_alias: dict[str, list[Operation]] = {}
    counted: Counter = Counter()
    bytes_of_tag: dict[str, bytes] = {}
    for client in clients:
        counted.update(client.counted)
        for alias, operations in client.history.items():
            of_alias.setdefault(alias, []).extend(operations)
        for tag, digest in client.bytes_of_tag.items():
            assert bytes_of_tag.setdefault(tag, digest) == digest, f"two bodies with the strong tag {tag}"
    return History(of_alias, counted)
