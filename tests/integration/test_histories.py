"""Aliases under concurrent clients: each answer must be one that an alias gives which does one thing after the other,
in an order that no client can contradict (linearizability). Moves, `If-Match`, deletes, dates, tags, renders by alias
through the event loops' own answers, conditional requests; written to by the API, by the command line and by another
program's SQL.

The checker is harness/histories/; test_history_checker.py and the planted faults below are its own tests."""

import pytest

from harness import pictures
from harness.histories import faults, rounds
from harness.histories.clients import Gallery

SEVERAL_LOOPS = "[server]\nloops = 4\n"
PICTURES = [pictures.solid((20 + 30 * number, 200 - 25 * number, 90)) for number in range(7)]

# A history shows something only where all of this came up.
MUST_COME_UP = ["put 200", "put 201", "put 409", "put 412", "delete 204", "delete 404", "delete 412", "put by command",
                "put by hand", "read 200", "read 304", "read 404", "render 200", "render 404", "render 304 by tag",
                "render 304 by date", "render hot"]


def gallery_of(server) -> Gallery:
    return Gallery.of(server, server.organization(), PICTURES)


def assert_explained(history: rounds.History) -> None:
    assert [what for what in MUST_COME_UP if history.counted[what] == 0] == [], history.counted
    found = history.contradictions()
    assert not found, "\n\n".join(f"{alias}: {what}" for alias, what in found.items())


def test_every_answer_of_concurrent_clients_can_be_explained(start_server):
    server = start_server(SEVERAL_LOOPS)
    assert_explained(rounds.play(gallery_of(server), [server.port], 1, aliases=24, rounds=96))


def test_a_neighbour_who_moves_all_the_time_hides_nothing(start_server):
    server = start_server(SEVERAL_LOOPS)
    assert_explained(rounds.play(gallery_of(server), [server.port], 5, aliases=24, rounds=96, neighbour=gallery_of(server)))


def test_two_servers_on_one_folder_answer_as_one(start_server):
    first = start_server(SEVERAL_LOOPS)
    second = start_server(SEVERAL_LOOPS, data=first.data)
    assert_explained(rounds.play(gallery_of(first), [first.port, second.port], 3, aliases=24, rounds=72))


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(server, fault):
    history = rounds.play(gallery_of(server), [server.port], 4, aliases=6, rounds=24, transport=fault)
    assert history.contradictions()


def test_where_nothing_is_planted_nothing_is_found(server):
    history = rounds.play(gallery_of(server), [server.port], 4, aliases=6, rounds=24, transport=faults.Lying)
    assert not history.contradictions()
