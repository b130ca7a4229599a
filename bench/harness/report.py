"""Rows of results: printed as they come, saved as JSON and as a Markdown table."""

import json
import statistics
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import effort


@dataclass
class Row:
    what: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    target: str = ""
    samples: list[float] = field(default_factory=list)
    quiet: bool = False  # saved with the samples, not printed: a table has it
    less_is_better: bool = False  # of a ratio


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass
class Curve:
    """What bench/plot draws; both axes are logarithmic."""

    name: str
    title: str
    x: str
    y: str
    at: list[float]
    lines: dict[str, list[float]]  # by whose they are


class Section:
    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.tables: list[Table] = []
        self.curves: list[Curve] = []
        self.notes: list[str] = []

    def shown(self) -> list[Row]:
        return [row for row in self.rows if not row.quiet]

    def add(self, what: str, samples: float | list[float], unit: str, **more) -> float:
        """Adds a row with the median of the samples, and returns that."""
        samples = samples if isinstance(samples, list) else [samples]
        value = statistics.median(samples)
        self.rows.append(Row(what, value, unit, samples=samples, **more))
        return value

    def ratio(self, what: str, ratio: float, against: str, target: str = "", **more) -> None:
        self.rows.append(Row(what, ratio, "×", ratio=ratio, against=against, target=target, **more))

    def table(self, title: str, columns: list[str], rows: list[list[str]]) -> None:
        self.tables.append(Table(title, columns, rows))

    def curve(self, curve: Curve) -> None:
        self.curves.append(curve)
        rows = [[f"{x:g}", *(number(line[i]) for line in curve.lines.values())] for i, x in enumerate(curve.at)]
        self.table(f"{curve.title}: {curve.y}", [curve.x, *curve.lines], rows)

    def note(self, text: str) -> None:
        self.notes.append(text)


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def cells(row: Row) -> tuple[str, str, str]:
    if row.ratio is not None:
        return row.what, f"{row.ratio:.2f}× {row.against}", row.target
    return row.what, f"{number(row.value)} {row.unit}", row.target


def in_columns(table: Table) -> list[str]:
    lines = [table.columns, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    return ["  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def in_markdown(table: Table) -> list[str]:
    lines = [table.columns, ["---"] * len(table.columns), *table.rows]
    return ["", f"### {table.title}", "", *("| " + " | ".join(line) + " |" for line in lines)]


class Report:
    def __init__(self, machine: dict[str, str]) -> None:
        self.machine = machine
        self.sections: dict[str, Section] = {}
        self.at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())

    def section(self, name: str) -> Section:
        return self.sections.setdefault(name, Section())

    def print_machine(self) -> None:
        print("machine: " + "; ".join(f"{key} {value}" for key, value in self.machine.items()), flush=True)

    def print_section(self, name: str) -> None:
        print(f"\n{name}")
        section = self.sections[name]
        for note in section.notes:
            print(f"  {note}")
        for table in section.tables:
            print(f"\n  {table.title}", *in_columns(table), "", sep="\n")
        for what, value, target in map(cells, section.shown()):
            print(f"  {what:<62} {value:<34} {'to reach: ' + target if target else ''}".rstrip())
        print(end="", flush=True)

    def markdown(self) -> str:
        lines = [f"# Measured {self.at}", "", "; ".join(f"{key}: {value}" for key, value in self.machine.items())]
        for name, section in self.sections.items():
            lines += ["", f"## {name}", *(f"\n{note}" for note in section.notes)]
            lines += ["", "| what | measured | to reach |", "|---|---|---|"]
            lines += [f"| {what} | {value} | {target} |" for what, value, target in map(cells, section.shown())]
            for table in section.tables:
                lines += in_markdown(table)
        return "\n".join(lines) + "\n"

    def save(self, folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "at": self.at,
            "quick": effort.QUICK,
            "machine": self.machine,
            "workloads": {name: [asdict(row) for row in section.rows] for name, section in self.sections.items()},
            "tables": {name: [asdict(table) for table in section.tables] for name, section in self.sections.items()},
            "curves": [asdict(curve) for section in self.sections.values() for curve in section.curves],
            "notes": {name: section.notes for name, section in self.sections.items()},
        }
        data, table = folder / "latest.json", folder / "latest.md"
        data.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        table.write_text(self.markdown(), encoding="utf-8")
        return [data, table]
