"""A scrape of GET /metrics."""

import re

_SAMPLE = re.compile(r"^(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
_LABEL = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Metrics:
    def __init__(self, text: str):
        self.samples = []
        for line in text.splitlines():
            found = _SAMPLE.match(line)
            if found and not line.startswith("#"):
                labels = dict(_LABEL.findall(found["labels"] or ""))
                self.samples.append((found["name"], labels, float(found["value"])))

    def names(self) -> set[str]:
        return {name for name, _, _ in self.samples}

    def total(self, name: str, **labels) -> float:
        """The sum of all samples of that name that carry these labels; 0 where there is none."""
        return sum(value for found, has, value in self.samples
                   if found == name and all(has.get(key) == wanted for key, wanted in labels.items()))

    def renders(self) -> float:
        """How many renders were given to the workers."""
        return self.total("rucola_render_jobs_total", kind="render")
