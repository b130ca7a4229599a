"""As integration/test_histories.py, for longer, and with other numbers at each run unless SOAK_SEED names one."""

import os
import random

import pytest

from harness import pictures
from harness.histories import rounds
from harness.histories.clients import Gallery

PICTURES = [pictures.solid((20 + 30 * number, 200 - 25 * number, 90)) for number in range(7)]
RUNS = 10


def first_seed() -> int:
    return int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.mark.time_limit(7200)
@pytest.mark.parametrize("servers", [1, 2])
def test_long_histories_can_be_explained(start_server, servers):
    running = [start_server("[server]\nloops = 4\n")]
    running += [start_server("[server]\nloops = 4\n", data=running[0].data) for _ in range(servers - 1)]
    gallery = Gallery.of(running[0], running[0].organization(), PICTURES)
    neighbour = Gallery.of(running[0], running[0].organization(), PICTURES)
    seed = first_seed()
    for number in range(RUNS):
        print(f"SOAK_SEED={seed} run {number}")  # pytest shows it where it fails
        history = rounds.play(gallery, [each.port for each in running], seed + number, aliases=40, rounds=1000,
                              neighbour=neighbour if number % 2 else None)
        found = history.contradictions()
        assert not found, "\n\n".join(f"{alias}: {what}" for alias, what in found.items())
