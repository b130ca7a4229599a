"""Many writers of one alias at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from harness import pictures, pixels

WRITERS = 12


def test_of_many_conditional_writers_one_wins_each_version(new_org):
    hashes = [new_org.add(pictures.solid((number * 20, 10, 10)))["hash"] for number in range(WRITERS)]
    version = new_org.point("contested", hashes[0])["version"]
    for _ in range(15):
        tag = new_org.alias("contested").headers["ETag"]
        current = new_org.alias("contested").json()["hash"]
        barrier = threading.Barrier(WRITERS - 1)

        def write(hash_, tag=tag, barrier=barrier):
            barrier.wait(60)
            return hash_, new_org.put_alias("contested", hash_, overwrite=True, headers={"If-Match": tag})

        others = [hash_ for hash_ in hashes if hash_ != current]
        with ThreadPoolExecutor(len(others)) as pool:
            answers = list(pool.map(write, others))
        winners = [hash_ for hash_, answer in answers if answer.status_code == 200]
        assert len(winners) == 1
        assert all(answer.status_code in (200, 412) for _, answer in answers)
        version += 1
        alias = new_org.alias("contested").json()
        assert (alias["hash"], alias["version"]) == (winners[0], version)


def test_of_many_creators_one_wins(new_org):
    hashes = [new_org.add(pictures.solid((number * 20, 20, 20)))["hash"] for number in range(WRITERS)]
    for round_ in range(10):
        name = f"created_{round_}"
        barrier = threading.Barrier(WRITERS)

        def create(hash_, name=name, barrier=barrier):
            barrier.wait(60)
            return hash_, new_org.put_alias(name, hash_).status_code

        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(create, hashes))
        assert sorted(status for _, status in answers) == [201] + [409] * (WRITERS - 1)
        winner = next(hash_ for hash_, status in answers if status == 201)
        assert new_org.alias(name).json()["hash"] == winner


def test_unconditional_writers_lose_no_version(new_org):
    hashes = [new_org.add(pictures.solid((number * 20, 30, 30)))["hash"] for number in range(WRITERS)]
    new_org.point("counted", hashes[0])
    versions = []

    def write(number):
        answer = new_org.put_alias("counted", hashes[number % WRITERS], overwrite=True)
        assert answer.status_code == 200
        return answer.json()["version"], answer.json()["hash"]

    with ThreadPoolExecutor(WRITERS) as pool:
        versions = list(pool.map(write, range(1, 200)))
    by_version = {}
    for version, hash_ in versions:
        assert by_version.setdefault(version, hash_) == hash_, "one version, two images"
    last = new_org.alias("counted").json()
    assert last["version"] == max(by_version)
    assert last["hash"] == by_version[last["version"]]
    assert set(by_version) | {1} == set(range(1, last["version"] + 1)), "versions count by one"


def test_a_reader_never_sees_an_older_picture_again(new_org):
    """While one writer moves, readers on their own connections must see versions in order: what was acknowledged before
    a request began is the least that it may show."""
    new_org.stack("thumb", {"name": "resize", "options": {"width": 8}})
    colours = [(10 + 20 * number, 0, 250 - 20 * number) for number in range(12)]
    hashes = [new_org.add(pictures.solid(colour, 16, 12))["hash"] for colour in colours]
    new_org.point("ordered", hashes[0])
    acknowledged = 0
    done = threading.Event()
    wrong = []

    def read():
        while not done.is_set():
            least = acknowledged
            answer = new_org.render("/thumb/-_ordered_-.png")
            colour = pixels.colour_at(answer.content, 0.5, 0.5)
            step = min(range(12), key=lambda index: abs(colours[index][0] - colour[0]))
            if step < least:
                wrong.append((step, least))

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for number, hash_ in enumerate(hashes):
        new_org.point("ordered", hash_)
        acknowledged = number
        for _ in range(5):
            new_org.render("/thumb/-_ordered_-.png")
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
