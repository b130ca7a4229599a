"""How much is measured. `bench/run --quick` takes the least of everything: it proves that the workloads work, and its
numbers say nothing."""

import os

QUICK = os.environ.get("BENCH_QUICK") == "1"


def chosen(usual, quick):
    return quick if QUICK else usual
