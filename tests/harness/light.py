"""Colours as the standards define them, in plain Python: what the samples of a file become as sRGB on an ordinary screen.

Matrices of BT.709, Display P3 and BT.2020, all with the white D65, come from their chromaticities.
"""

import math

_D65 = (0.3127, 0.3290)
_CHROMATICITIES = {1: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), 9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
                   12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))}
WHITE_NITS = 203


def _xyz(x: float, y: float) -> tuple:
    return x / y, 1.0, (1 - x - y) / y


def _times(matrix, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _inverse(matrix):
    """By Gauss and Jordan."""
    rows = [[*row, *(float(i == j) for j in range(3))] for i, row in enumerate(matrix)]
    for i in range(3):
        pivot = max(range(i, 3), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(3):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[3:] for row in rows]


def _to_xyz(primaries: int):
    columns = [_xyz(*point) for point in _CHROMATICITIES[primaries]]
    matrix = [list(row) for row in zip(*columns, strict=True)]
    lights = _times(_inverse(matrix), _xyz(*_D65))
    return [[value * light for value, light in zip(row, lights, strict=True)] for row in matrix]


def converted(rgb: tuple, primaries: int, to: int) -> tuple:
    return _times(_inverse(_to_xyz(to)), _times(_to_xyz(primaries), rgb))


def srgb(light: float) -> int:
    light = min(1.0, max(0.0, light))
    return round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))


def of_srgb(sample: float) -> float:
    return sample / 12.92 if sample <= 0.04045 else ((sample + 0.055) / 1.055) ** 2.4


def shown(samples: tuple, primaries: int, light) -> tuple:
    """Samples from 0 to 1; `light` is their transfer function."""
    return tuple(map(srgb, converted(tuple(map(light, samples)), primaries, 1)))


# Brighter than white


def pq_of_nits(nits: float) -> float:
    y = (nits / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def nits_of_pq(sample: float) -> float:
    p = sample ** (32 / 2523)
    return 10_000 * (max(p - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * p)) ** (16384 / 2610)


def hlg_scene(sample: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return sample ** 2 / 3 if sample <= 0.5 else (math.exp((sample - c) / a) + b) / 12


def _curve(x: float, peak: float) -> float:
    """SMPTE ST 2094-50's reference white tone mapping operator, for a screen without headroom: straight up to white, then
    the Bézier curve, whose parameter is found by halving."""
    white = 1 - 0.5 * min(1, math.log2(peak) / math.log2(1000 / WHITE_NITS))
    if x <= 1:
        return x * white
    if x >= peak:
        return 1
    middle = (0.35 + 0.65 / white, 0.35 * white + 0.65)

    def at(t, start, middle, end):
        return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t * t * end
    low, high = 0.0, 1.0
    for _ in range(60):
        t = (low + high) / 2
        low, high = (t, high) if at(t, 1, middle[0], peak) < x else (low, t)
    return at(low, white, middle[1], 1)


def tone_mapped(lights: tuple, primaries: int, peak_nits: float = 1000) -> tuple:
    """Of light where 1 is white."""
    wide = converted(lights, primaries, 9)
    highest = max(wide)
    gain = _curve(highest, max(1, peak_nits / WHITE_NITS)) / highest if highest > 0 else 0
    return tuple(map(srgb, converted(tuple(channel * gain for channel in wide), 9, 1)))


def pq_shown(samples: tuple, primaries: int = 9, peak_nits: float = 1000) -> tuple:
    return tone_mapped(tuple(nits_of_pq(sample) / WHITE_NITS for sample in samples), primaries, peak_nits)


def hlg_shown(samples: tuple) -> tuple:
    """BT.2100, on a screen of 1000 cd/m²."""
    scene = tuple(map(hlg_scene, samples))
    luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2]
    return tone_mapped(tuple(1000 / WHITE_NITS * luminance ** 0.2 * light if luminance else 0 for light in scene), 9)
