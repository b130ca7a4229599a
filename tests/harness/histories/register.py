"""An alias as a register: its state, and what each call does to it when nobody else is there.

Each action holds what was asked and what was answered. `explained_from(state)` is the state after it where the answer
is the right one in that state; None where it is not."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class State:
    """Of an alias; a deleted one goes on counting its version. Dates are seconds since 1970, as the API shows them."""

    version: int = 0
    hash: str = ""
    living: bool = False
    created: int = 0
    updated: int = 0

    @property
    def ever_existed(self) -> bool:
        return self.version > 0


@dataclass(frozen=True)
class Seen:
    """An alias object in an answer."""

    version: int
    hash: str
    created: int
    updated: int

    def is_of(self, state: State) -> bool:
        return state.living and self == Seen(state.version, state.hash, state.created, state.updated)


@dataclass(frozen=True)
class IfMatch:
    """`versions` None is `*`."""

    versions: tuple[int, ...] | None

    def holds_in(self, state: State) -> bool:
        return state.living and (self.versions is None or state.version in self.versions)


@dataclass(frozen=True)
class Put:
    """`status` None: a writer that does not tell a new name from an old one, and asks for no condition."""

    hash: str
    status: int | None
    seen: Seen | None = None
    overwrite: bool = True
    if_match: IfMatch | None = None
    must_be_new: bool = False

    def explained_from(self, state: State) -> State | None:
        if self._refusal_in(state) is not None:
            return state if self.status == self._refusal_in(state) else None
        if self.seen is None or self.status not in (None, 200 if state.living else 201):
            return None
        if state.living and state.hash == self.hash:  # it points there already: nothing moves
            return state if self.seen.is_of(state) else None
        return self._moved(state)

    def _refusal_in(self, state: State) -> int | None:
        if self.must_be_new and state.living:
            return 412
        if self.if_match is not None and not self.if_match.holds_in(state):
            return 412
        return 409 if state.living and not self.overwrite else None

    def _moved(self, state: State) -> State | None:
        seen = self.seen
        right = seen.version == state.version + 1 and seen.hash == self.hash and seen.updated >= state.updated
        if not right or seen.created != (state.created if state.ever_existed else seen.updated):
            return None
        return State(seen.version, seen.hash, True, seen.created, seen.updated)


@dataclass(frozen=True)
class Delete:
    status: int
    if_match: IfMatch | None = None

    def explained_from(self, state: State) -> State | None:
        if not state.living:
            return state if self.status == 404 else None
        if self.if_match is not None and not self.if_match.holds_in(state):
            return state if self.status == 412 else None
        return State(state.version, state.hash, False, state.created, state.updated) if self.status == 204 else None


@dataclass(frozen=True)
class Read:
    """By the API. `sent_version` is that of `If-None-Match`, the one which a 304 confirms."""

    status: int
    seen: Seen | None = None
    sent_version: int | None = None

    def explained_from(self, state: State) -> State | None:
        if self.status == 404:
            right = not state.living
        elif self.status == 304:
            right = state.living and state.version == self.sent_version
        else:
            right = self.status == 200 and self.seen is not None and self.seen.is_of(state)
        return state if right else None


@dataclass(frozen=True)
class Render:
    """By the alias. `picture` is the hash of the image that came, with 304 of the copy that the client has: the one its
    validator was for. `dated` is Last-Modified, which must not lie before the move that is shown."""

    status: int
    picture: str = ""
    dated: int | None = None
    how: str = field(default="", compare=False)  # for the reader of a report: the validator, the cache

    def explained_from(self, state: State) -> State | None:
        if self.status == 404:
            return None if state.living else state
        right = self.status in (200, 304) and state.living and state.hash == self.picture
        if right and self.dated is not None:
            right = self.dated >= state.updated
        return state if right else None
