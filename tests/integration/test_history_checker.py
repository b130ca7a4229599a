"""The checker of histories, without a server: small histories whose answer is known, and many random ones, each
compared with a search through all orders."""

import dataclasses
import itertools
import random

from harness.histories.linearizability import Operation, contradiction
from harness.histories.register import Delete, IfMatch, Put, Read, Render, Seen, State

AT = 1_700_000_000


def seen(version: int, hash_: str) -> Seen:
    return Seen(version, hash_, AT, AT)


def put(version: int, hash_: str, status: int = 200, **more) -> Put:
    return Put(hash_, status, seen(version, hash_), **more)


def history(*spans: tuple) -> list[Operation]:
    return [Operation(f"client {number}", *span) for number, span in enumerate(spans)]


CREATED = (0, 10, put(1, "a", 201))


def test_one_after_the_other():
    assert not contradiction(history(CREATED, (11, 20, put(2, "b")), (21, 30, Render(200, "b")), (31, 40, Delete(204)),
                                     (41, 50, Render(404)), (51, 60, put(3, "a", 201)), (61, 70, Read(200, seen(3, "a")))))


def test_a_read_during_a_move_may_show_either():
    move = (11, 30, put(2, "b"))
    assert not contradiction(history(CREATED, move, (12, 20, Render(200, "a"))))
    assert not contradiction(history(CREATED, move, (12, 20, Render(200, "b"))))
    assert contradiction(history(CREATED, move, (12, 20, Render(200, "c"))))


def test_a_stale_read_is_found():
    assert contradiction(history(CREATED, (11, 20, put(2, "b")), (21, 30, Render(200, "a"))))


def test_old_after_new_is_found():
    move = (11, 50, put(2, "b"))
    assert contradiction(history(CREATED, move, (12, 20, Render(200, "b")), (21, 30, Render(200, "a"))))
    assert not contradiction(history(CREATED, move, (12, 20, Render(200, "a")), (21, 30, Render(200, "b"))))


def test_a_lost_update_is_found():
    assert contradiction(history(CREATED, (11, 20, put(2, "b")), (12, 21, put(2, "c"))))
    assert contradiction(history(CREATED, (11, 20, put(2, "b")), (21, 30, Read(200, seen(1, "a")))))


def test_two_winners_of_one_version_are_found():
    first = (11, 20, put(2, "b", if_match=IfMatch((1,))))
    assert not contradiction(history(CREATED, first, (12, 21, Put("c", 412, if_match=IfMatch((1,))))))
    assert contradiction(history(CREATED, first, (12, 21, put(3, "c", if_match=IfMatch((1,))))))


def test_a_refusal_needs_a_reason():
    assert contradiction(history(CREATED, (11, 20, Put("b", 412, if_match=IfMatch((1,))))))
    assert contradiction(history(CREATED, (11, 20, Delete(404))))
    assert contradiction(history(CREATED, (11, 20, Delete(204)), (21, 30, Put("b", 409, overwrite=False))))
    assert not contradiction(history(CREATED, (11, 20, Put("b", 409, overwrite=False))))


def test_a_304_that_hides_a_move_is_found():
    moved = (CREATED, (11, 20, put(2, "b")))
    assert contradiction(history(*moved, (21, 30, Render(304, "a"))))
    assert contradiction(history(*moved, (21, 30, Read(304, sent_version=1))))
    assert not contradiction(history(*moved, (21, 30, put(3, "a")), (31, 40, Render(304, "a")))), "the copy is right again"


def test_a_date_from_before_the_move_is_found():
    assert contradiction(history(CREATED, (11, 20, Render(200, "a", dated=AT - 1))))
    assert not contradiction(history(CREATED, (11, 20, Render(200, "a", dated=AT))))


def test_dates_that_change_without_a_move_are_found():
    assert contradiction(history(CREATED, (11, 20, Read(200, Seen(1, "a", AT, AT + 1)))))
    assert contradiction(history(CREATED, (11, 20, Put("b", 200, Seen(2, "b", AT + 1, AT + 1))))), "created stays"
    assert contradiction(history(CREATED, (11, 20, Put("b", 200, Seen(2, "b", AT, AT - 1))))), "updated never goes back"


def test_the_report_says_where_it_ends():
    found = contradiction(history(CREATED, (11, 20, put(2, "b")), (21, 30, Render(200, "a"))))
    assert (found.explained, found.of, found.state.version) == (2, 3, 2)
    assert "Render(status=200, picture='a'" in str(found)


# Random histories


def explained_by_some_order(operations: list[Operation]) -> bool:
    def keeps_times(order) -> bool:
        return all(earlier.began <= later.ended for earlier, later in itertools.combinations(order, 2))

    def explains(order) -> bool:
        state = State()
        for operation in order:
            state = operation.action.explained_from(state)
            if state is None:
                return False
        return True

    return any(keeps_times(order) and explains(order) for order in itertools.permutations(operations))


def right_answer(chance: random.Random, state: State) -> tuple[object, State]:
    """Something that a client may ask in that state, with the right answer."""
    hash_ = chance.choice("ab")
    if_match = chance.choice([None, None, IfMatch((state.version,)), IfMatch((max(1, state.version - 1),))])
    moved = state.version + (0 if state.living and state.hash == hash_ else 1)
    candidates = [put(moved, hash_, status, if_match=if_match) for status in (200, 201)]
    candidates += [Put(hash_, 412, if_match=if_match), Delete(204, if_match), Delete(404, if_match), Delete(412, if_match)]
    candidates += [Render(200, hash_), Render(304, hash_), Render(404), Read(404), Read(304, sent_version=state.version)]
    candidates += [Read(200, seen(max(1, state.version), hash_)), Put(hash_, 409, overwrite=False)]
    chance.shuffle(candidates)
    for action in candidates:
        after = action.explained_from(state)
        if after is not None:
            return action, after
    raise AssertionError(f"nothing can be asked in {state}")


def random_history(chance: random.Random, length: int) -> list[Operation]:
    """Each takes effect at its number, at some point between its call and its answer."""
    state, operations = State(), []
    for at in range(length):
        action, state = right_answer(chance, state)
        began, ended = at - chance.random() * 2, at + chance.random() * 2
        operations.append(Operation(f"client {at}", int(began * 1000), int(ended * 1000), action))
    return operations


def damaged(chance: random.Random, operations: list[Operation]) -> list[Operation]:
    """One answer is exchanged for another's, or one operation takes place at another time."""
    operations = list(operations)
    one, other = chance.sample(range(len(operations)), 2)
    if chance.random() < 0.5:
        operations[one] = dataclasses.replace(operations[one], action=operations[other].action)
    else:
        span = operations[other]
        operations[one] = dataclasses.replace(operations[one], began=span.began, ended=span.ended)
    return operations


def test_what_happened_in_some_order_is_explained():
    for seed in range(300):
        found = contradiction(random_history(random.Random(seed), 40))
        assert found is None, f"seed {seed}: {found}"


def test_it_judges_as_a_search_through_all_orders_does():
    judged = {True: 0, False: 0}
    for seed in range(400):
        chance = random.Random(seed)
        operations = damaged(chance, random_history(chance, 6))
        expected = explained_by_some_order(operations)
        assert (contradiction(operations) is None) == expected, f"seed {seed}"
        judged[expected] += 1
    assert min(judged.values()) > 50, judged
