"""What operations should make of a picture, computed sample by sample in plain Python: slow, small, and nothing of ours.

A judge takes an upright RGBA picture and returns an RGBA picture.
"""

import math

from PIL import Image


def _each(picture: Image.Image, change) -> Image.Image:
    done = Image.new("RGBA", picture.size)
    done.putdata([change(*pixel) for pixel in picture.getdata()])
    return done


def _sample(value: float) -> int:
    return min(255, max(0, round(value)))


def unchanged(picture: Image.Image) -> Image.Image:
    return picture


def sepia(picture: Image.Image) -> Image.Image:
    """The matrix of the W3C's Filter Effects for sepia(1)."""
    def toned(r, g, b, a):
        return (_sample(0.393 * r + 0.769 * g + 0.189 * b), _sample(0.349 * r + 0.686 * g + 0.168 * b),
                _sample(0.272 * r + 0.534 * g + 0.131 * b), a)
    return _each(picture, toned)


def multiply(red: float, green: float, blue: float):
    return lambda picture: _each(
        picture, lambda r, g, b, a: (_sample(r * red), _sample(g * green), _sample(b * blue), a))


def alpha_mask(picture: Image.Image) -> Image.Image:
    return _each(picture, lambda r, g, b, a: (a, a, a, 255))


def alpha_extract(picture: Image.Image) -> Image.Image:
    return _each(picture, lambda r, g, b, a: (0, 0, 0, a))


def alpha_remove(picture: Image.Image) -> Image.Image:
    return _each(picture, lambda r, g, b, a: (r, g, b, 255))


def opacity(percent: float):
    return lambda picture: _each(picture, lambda r, g, b, a: (r, g, b, _sample(a * percent / 100)))


# Colours: sRGB (IEC 61966-2-1) over XYZ with the white point D65 to CIE L*a*b* and LCh, and back

_WHITE = (95.047, 100.0, 108.883)


def _linear(sample: float) -> float:
    value = sample / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return 255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)


def _to_lab(r, g, b):
    r, g, b = (100 * _linear(sample) for sample in (r, g, b))
    xyz = (0.4124 * r + 0.3576 * g + 0.1805 * b, 0.2126 * r + 0.7152 * g + 0.0722 * b,
           0.0193 * r + 0.1192 * g + 0.9505 * b)
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
                  for t in (value / white for value, white in zip(xyz, _WHITE, strict=True)))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _from_lab(lightness, a, b):
    fy = (lightness + 16) / 116
    x, y, z = (white * (f ** 3 if f ** 3 > 216 / 24389 else (116 * f - 16) * 27 / 24389) / 100
               for f, white in zip((fy + a / 500, fy, fy - b / 200), _WHITE, strict=True))
    return tuple(_sample(_gamma(value)) for value in (3.2406 * x - 1.5372 * y - 0.4986 * z,
                                                      -0.9689 * x + 1.8758 * y + 0.0415 * z,
                                                      0.0557 * x - 0.2040 * y + 1.0570 * z))


def modulate(brightness: float = 100, saturation: float = 100, hue: float = 0):
    turn = math.radians(hue)

    def changed(r, g, b, alpha):
        lightness, a, b_ = _to_lab(r, g, b)
        chroma, angle = math.hypot(a, b_) * saturation / 100, math.atan2(b_, a) + turn
        return (*_from_lab(lightness * brightness / 100, chroma * math.cos(angle), chroma * math.sin(angle)), alpha)
    return lambda picture: _each(picture, changed)


def circlemask(picture: Image.Image) -> Image.Image:
    """What part of each pixel lies in the circle, by counting 256 points of it."""
    width, height = picture.size
    radius = min(width, height) / 2
    points = [(i + 0.5) / 16 for i in range(16)]

    def part(x, y):
        inside = sum((x + dx - width / 2) ** 2 + (y + dy - height / 2) ** 2 <= radius ** 2
                     for dx in points for dy in points)
        return inside / len(points) ** 2
    done = picture.copy()
    done.putdata([(r, g, b, _sample(a * part(i % width, i // width)))
                  for i, (r, g, b, a) in enumerate(picture.getdata())])
    return done


# Blurs


def bell_curve(sigma: float, reach: int) -> list[float]:
    curve = [math.exp(-i * i / (2 * sigma * sigma)) for i in range(-reach, reach + 1)]
    return [weight / sum(curve) for weight in curve]


def _blurred_plane(plane: list[list[float]], curve: list[float]) -> list[list[float]]:
    """Rows of samples; what lies past an edge is like the edge."""
    reach = len(curve) // 2

    def along(row):
        last = len(row) - 1
        return [sum(weight * row[min(last, max(0, x + i - reach))] for i, weight in enumerate(curve))
                for x in range(len(row))]
    across = [along(row) for row in plane]
    return [list(row) for row in zip(*(along(column) for column in zip(*across, strict=True)), strict=True)]


def _plane(picture: Image.Image, band: int) -> list[list[float]]:
    samples = list(picture.getdata(band))
    return [samples[y * picture.width:(y + 1) * picture.width] for y in range(picture.height)]


def blur(sigma: float, reach: int):
    """Of colours weighed by their opacity."""
    def judge(picture):
        weighed = Image.frombytes("RGBA", picture.size, picture.convert("RGBa").tobytes())
        planes = [sum(_blurred_plane(_plane(weighed, band), bell_curve(sigma, reach)), []) for band in range(4)]
        done = Image.new("RGBA", picture.size)
        done.putdata([tuple(_sample(sample * 255 / a) if a else 0 for sample in (r, g, b)) + (_sample(a),)
                      for r, g, b, a in zip(*planes, strict=True)])
        return done
    return judge


def dropshadow(horizontal: int, vertical: int, percent: float, sigma: float, reach: int, color: tuple):
    """The canvas holds the image, and the shadow as far as its blur reaches."""
    left, top = max(0, reach - horizontal), max(0, reach - vertical)
    right, bottom = max(0, reach + horizontal), max(0, reach + vertical)

    def judge(picture):
        size = (picture.width + left + right, picture.height + top + bottom)
        shape = Image.new("L", size)
        shape.paste(picture.getchannel("A"), (left + horizontal, top + vertical))
        plane = _plane(shape, 0)
        if reach > 0:
            plane = _blurred_plane(plane, bell_curve(sigma, reach))
        shadow = Image.new("L", size)
        shadow.putdata([_sample(sample * percent / 100) for row in plane for sample in row])
        ground = Image.new("RGBA", size, (*color, 0))
        ground.putalpha(shadow)
        above = Image.new("RGBA", size)
        above.paste(picture, (left, top))
        return Image.alpha_composite(ground, above)
    return judge
