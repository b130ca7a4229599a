"""Renders that nobody has cached, of pictures of all kinds, by rucola and by all peers that this machine can have, against
libvips called in-process for the same jobs."""

import contextlib
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from harness import answers, cells, effort, machine, pictures
from harness.answers import Answer, Judge
from harness.cells import Cell, Job
from harness.report import Section, number
from image_peers import rucola
from image_peers.list_of import LIMIT, PEERS
from image_peers.peer import Missing, Peer, Refused, Run

ROUNDS = effort.chosen(3, quick=1)
BUDGET_SECONDS = 480  # of measuring, without starting and looking at answers; the rest of twelve minutes
LATE = 2.5  # a peer that is so much slower than the limit does fewer jobs, not longer ones
MODES = ("all cores", "one at a time")
SHARE = {"all cores": 2 / 3, "one at a time": 1 / 3}  # of a cell's jobs, and of its time

GOAL_LIMIT = 0.95
GOAL_BEST = {"all cores": 1.0, "one at a time": 1.0}
GOAL_CAMERA_TO_720 = 1.15  # a JPEG of about 6 megapixels, the usual case, all cores
GOAL_CAMERA_TO_200 = 1.3


def goal(cell: Cell, mode: str) -> float:
    """Against the best peer."""
    if mode == "all cores" and cell.picture.camera and cell.output == "jpg":
        if cell.width == 200:
            return GOAL_CAMERA_TO_200
        if cell.width == 720 and cell.picture.megapixels < 7:
            return GOAL_CAMERA_TO_720
    return GOAL_BEST[mode]


@dataclass
class Measured:
    """Of one cell: answers and runs of each peer that does it; why others do not."""

    cell: Cell
    answers: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)  # by peer and mode

    def right(self) -> list[str]:
        return [name for name, answer in self.answers.items() if not answer.wrong]

    def rate(self, peer: str, mode: str) -> float | None:
        runs = self.runs.get((peer, mode))
        return statistics.median(run.per_second for run in runs) if runs else None

    def best(self, mode: str, among: list[str]) -> str | None:
        rates = {name: self.rate(name, mode) for name in among if name not in ("rucola", LIMIT)}
        return max((name for name, rate in rates.items() if rate), key=lambda name: rates[name], default=None)


def look(cell: Cell, peers: dict[str, Peer], scratch: Path) -> Measured:
    measured = Measured(cell)
    judge = Judge(cell, scratch)
    for name, peer in peers.items():
        try:
            measured.answers[name] = judge.examine(peer.render(cell))
        except Refused as refusal:
            measured.refused[name] = str(refusal)
    answers.compare(measured.answers, LIMIT)
    return measured


def job_lists(cell: Cell, limit: Peer, seconds: float) -> dict[str, list[list[Job]]]:
    """For each mode, a list a round: as many as the limit does in its share of the time, none of them twice."""
    jobs = cell.jobs()
    first = limit.all_cores(cell, jobs[: 4 * machine.cores()], seconds)
    lists: dict[str, list[list[Job]]] = {}
    for mode in MODES:
        at_once = machine.cores() if mode == "all cores" else 1
        fitting = round(first.per_second * at_once / machine.cores() * seconds * SHARE[mode])
        there = int(len(cell.jobs()) * SHARE[mode]) // ROUNDS
        count = min(there, max(fitting, 2 * at_once))
        lists[mode] = [jobs[i * count : (i + 1) * count] for i in range(ROUNDS)]
        jobs = jobs[ROUNDS * count :]
    return lists


def quick_lists(cell: Cell) -> dict[str, list[list[Job]]]:
    jobs = cell.jobs()
    return {mode: [jobs[4 * i : 4 * i + 4]] for i, mode in enumerate(MODES)}


def measure(measured: Measured, peers: dict[str, Peer], seconds: float) -> None:
    cell = measured.cell
    lists = quick_lists(cell) if effort.QUICK else job_lists(cell, peers[LIMIT], seconds)
    names = measured.right()
    for round_number in range(ROUNDS):
        # Each round begins with another one, so that none always runs on the warmer or the cooler machine.
        order = names[round_number % len(names) :] + names[: round_number % len(names)]
        for mode in MODES:
            jobs = lists[mode][round_number]
            limit_seconds = max(1.0, seconds * SHARE[mode]) * LATE
            for name in order:
                peer = peers[name]
                run = peer.all_cores if mode == "all cores" else peer.one_at_a_time
                measured.runs.setdefault((name, mode), []).append(run(cell, jobs, limit_seconds))


def chosen_cells(scratch: Path) -> tuple[list[Cell], dict[str, str], Path]:
    """Those that are asked for and possible: nothing is made larger. Also the pictures' files, and their folder."""
    ways = pictures.known()
    wanted = cells.wanted(list(ways))
    needed = {name: pictures.picture(name, ways[name]()) for name in dict.fromkeys(name for name, _, _ in wanted)}
    found = [Cell(needed[name], output, width) for name, output, width in wanted if width <= needed[name].width]
    folder = scratch / "pictures"
    return found, pictures.beside_each_other(list(needed.values()), folder), folder


def started(stack: contextlib.ExitStack, section: Section, scratch: Path, folder: Path, files: dict[str, str],
            all_cells: list[Cell]) -> dict[str, Peer]:  # fmt: skip
    pictures_ = list({cell.picture.name: cell.picture for cell in all_cells}.values())
    peers: dict[str, Peer] = {"rucola": stack.enter_context(rucola.started(scratch, folder, files, pictures_))}
    for name, start in PEERS.items():
        try:
            peers[name] = stack.enter_context(start(scratch, folder, files))
        except (Missing, RuntimeError) as reason:
            section.note(f"without {name}: {reason}")
            print(f"peers: without {name}: {reason}", flush=True)
    for name, peer in peers.items():
        section.note(f"{name}: {peer.version}")
    return peers


def run(section: Section, scratch: Path) -> None:
    found, files, folder = chosen_cells(scratch)
    looks = scratch / "answers"
    looks.mkdir()
    with contextlib.ExitStack() as stack:
        peers = started(stack, section, scratch, folder, files, found)
        seconds = min(3.0, max(0.6, BUDGET_SECONDS / len(found) / ROUNDS / len(peers) / 1.5))
        results = []
        for cell in found:
            measured = look(cell, peers, looks)
            measure(measured, peers, seconds)
            results.append(measured)
            print(f"peers: {cell.name} is measured ({len(results)} of {len(found)})", flush=True)
    for mode in MODES:
        add_rates(section, results, list(peers), mode)
    add_costs(section, results, list(peers))
    add_answers(section, results, peers)


def add_rates(section: Section, results: list[Measured], names: list[str], mode: str) -> None:
    rows = []
    for measured in results:
        for name in names:
            runs = measured.runs.get((name, mode), [])
            if runs:
                section.add(f"{mode}, {measured.cell.name}, {name}", [run.per_second for run in runs], "renders/s", quiet=True)
        rows.append([measured.cell.name, *(rate_text(measured, name, mode) for name in names), *ratios(section, measured, mode)])
    unit = "renders a second" if mode == "all cores" else "milliseconds a render"
    section.table(f"{mode}: {unit}", ["cell", *names, "of the limit", "of the best peer", "to reach"], rows)
    for name in names:
        if name != "rucola":
            add_mean(section, results, name, mode)


def rate_text(measured: Measured, name: str, mode: str) -> str:
    rate = measured.rate(name, mode)
    if rate is None:
        return "wrong" if name in measured.answers else "–"
    return number(rate if mode == "all cores" else 1000 / rate)


def ratios(section: Section, measured: Measured, mode: str) -> list[str]:
    """Of rucola; higher is better in both modes."""
    ours = measured.rate("rucola", mode)
    if ours is None:
        return ["–", "–", "–"]
    wanted = goal(measured.cell, mode)
    label = f"{mode}, {measured.cell.name}"
    limit = measured.rate(LIMIT, mode)
    of_limit = ours / limit
    section.ratio(label, of_limit, LIMIT, f"{GOAL_LIMIT}×", quiet=True)
    best = measured.best(mode, list(measured.answers))
    if best is None:
        return [f"{of_limit:.2f}", "–", f"{GOAL_LIMIT}, –"]
    of_best = ours / measured.rate(best, mode)
    section.ratio(label, of_best, f"the best peer, {best}", f"{wanted}×", quiet=True)
    reached = of_limit >= GOAL_LIMIT and of_best >= wanted
    return [f"{of_limit:.2f}", f"{of_best:.2f} {best}", f"{GOAL_LIMIT}, {wanted}: {'reached' if reached else 'missed'}"]


def add_mean(section: Section, results: list[Measured], name: str, mode: str) -> None:
    """Geometric, over the cells that both do."""
    both = [(measured.rate("rucola", mode), measured.rate(name, mode)) for measured in results]
    found = [ours / theirs for ours, theirs in both if ours and theirs]
    if found:
        target = f"{GOAL_LIMIT}×" if name == LIMIT else f"{GOAL_BEST[mode]}×"
        section.ratio(f"{mode}, rucola, geometric mean of {len(found)} cells", statistics.geometric_mean(found), name, target)


def add_costs(section: Section, results: list[Measured], names: list[str]) -> None:
    rows = []
    peaks: dict[str, float] = {}
    for measured in results:
        texts = []
        for name in names:
            runs = measured.runs.get((name, "all cores"), [])
            peaks[name] = max([peaks.get(name, 0.0), *(run.peak_mib for run in runs)])
            if not runs:
                texts.append("–")
                continue
            costs = [run.processor_seconds / run.jobs * 1000 for run in runs]
            texts.append(number(section.add(f"processor time, {measured.cell.name}, {name}", costs, "ms a render", quiet=True)))
            section.add(f"peak memory, {measured.cell.name}, {name}", max(run.peak_mib for run in runs), "MiB", quiet=True)
        rows.append([measured.cell.name, *texts])
    section.table("all cores: processor milliseconds a render", ["cell", *names], rows)
    for name in names:
        section.add(f"peak memory of all processes, {name}", peaks[name], "MiB")


def add_answers(section: Section, results: list[Measured], peers: dict[str, Peer]) -> None:
    rows = []
    for measured in results:
        for name, peer in peers.items():
            answer = measured.answers.get(name)
            described = answer.described() if answer else ["", "", "", "", measured.refused[name]]
            rows.append([measured.cell.name, name, *described, peer.difference(measured.cell)])
            if answer:
                label = f"{measured.cell.name}, {name}"
                section.add(f"answer, {label}", float(answer.bytes), "bytes", quiet=True)
                section.add(f"answer, {label}", answer.decibels, "dB", quiet=True)
    section.table("the answers", ["cell", "peer", "size", "bytes", "PSNR", "JPEG", "verdict", "set otherwise"], rows)
