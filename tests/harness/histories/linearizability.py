"""Whether a history of concurrent operations can be explained: is there an order, one operation after the other, in
which each takes effect between its call and its answer, and each answer is the one that the register gives?

The search is Wing and Gong's ("Testing and Verifying Concurrent Objects", 1993), with Lowe's memory of configurations
already tried. What keeps it short here: an operation that may come next and leaves the state as it is can be taken at
once, since nothing that follows could mind; and a move says its version, so that hardly ever two can come next."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.histories.register import State


@dataclass(frozen=True)
class Operation:
    """Times are of one clock of the whole machine, in nanoseconds."""

    client: str
    began: int
    ended: int
    action: object  # has explained_from(state)


@dataclass
class Contradiction:
    """The furthest that an explanation came, and what stands against going on."""

    explained: int
    of: int
    state: State
    possible_next: list[Operation]

    def __str__(self) -> str:
        lines = [f"no order explains this history: after {self.explained} of {self.of} operations the alias is "
                 f"{self.state}, and none of these can come next:"]
        start = min(operation.began for operation in self.possible_next)
        for operation in self.possible_next:
            span = f"{(operation.began - start) / 1e6:.3f} to {(operation.ended - start) / 1e6:.3f} ms"
            lines.append(f"  {operation.client}, {span}: {operation.action}")
        return "\n".join(lines)


class _Configuration:
    """Which operations have taken place: all before `first`, and of those from it on the bits of `later`."""

    def __init__(self, first: int, later: int, state: State):
        while later & 1:
            first, later = first + 1, later >> 1
        self.first, self.later, self.state = first, later, state

    def key(self) -> tuple:
        return self.first, self.later, self.state

    def count(self) -> int:
        return self.first + self.later.bit_count()

    def with_(self, index: int, state: State) -> "_Configuration":
        return _Configuration(self.first, self.later | 1 << (index - self.first), state)


def _possible_next(operations: Sequence[Operation], at: _Configuration) -> list[int]:
    """Those not yet taken that began before the first answer among them came."""
    found: list[int] = []
    first_answer = None
    for index in range(at.first, len(operations)):
        if at.later >> (index - at.first) & 1:
            continue
        operation = operations[index]
        if first_answer is not None and operation.began > first_answer:
            break
        first_answer = operation.ended if first_answer is None else min(first_answer, operation.ended)
        found.append(index)
    return [index for index in found if operations[index].began <= first_answer]


def _take_what_changes_nothing(operations: Sequence[Operation], at: _Configuration) -> _Configuration:
    while True:
        for index in _possible_next(operations, at):
            if operations[index].action.explained_from(at.state) == at.state:
                at = at.with_(index, at.state)
                break
        else:
            return at


def contradiction(history: Sequence[Operation], initial: State = State()) -> Contradiction | None:
    """Nothing where an order explains the history."""
    operations = sorted(history, key=lambda operation: operation.began)
    furthest = None
    tried = set()
    to_try = [_Configuration(0, 0, initial)]
    while to_try:
        at = _take_what_changes_nothing(operations, to_try.pop())
        if at.count() == len(operations):
            return None
        if at.key() in tried:
            continue
        tried.add(at.key())
        if furthest is None or at.count() > furthest.count():
            furthest = at
        for index in _possible_next(operations, at):
            after = operations[index].action.explained_from(at.state)
            if after is not None:
                to_try.append(at.with_(index, after))
    possible = [operations[index] for index in _possible_next(operations, furthest)]
    return Contradiction(furthest.count(), len(operations), furthest.state, possible)
