"""The validator of the IIIF consortium, unchanged, against our IIIF Image API."""

import random
import sys

import pytest
from PIL import Image

from harness import pictures

LEVEL = 2
NOT_FOR_US = {
    ("2.0", "format_jp2"): "calls urllib.urlopen, which Python 3 has not",
    ("2.0", "format_pdf"): "calls urllib.urlopen, which Python 3 has not",
    ("2.0", "format_webp"): "calls urllib.urlopen, which Python 3 has not",
    ("3.0", "format_jp2"): "calls urllib.urlopen, which Python 3 has not",
    ("3.0", "format_pdf"): "calls urllib.urlopen, which Python 3 has not",
    ("3.0", "format_webp"): "calls urllib.urlopen, which Python 3 has not",
    ("3.0", "size_up"): "wants ^max to be the size of the image; the API says: as large as maxWidth allows",
}


@pytest.fixture(scope="module")
def validator(python_packages):
    sys.path.insert(0, str(python_packages))
    from iiif_validator import validator
    yield validator
    sys.path.remove(str(python_packages))


@pytest.fixture(scope="module")
def image(org, validator) -> str:
    """The picture that the validator looks for: a hundred squares of known colours."""
    colours = validator.ValidationInfo().colorInfo
    picture = Image.new("RGB", (1000, 1000))
    for x in range(10):
        for y in range(10):
            picture.paste(colours[x][y], (100 * x, 100 * y, 100 * (x + 1), 100 * (y + 1)))
    return org.add(pictures.encode(picture, "PNG"), "squares.png")["hash"]


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_everything_passes(org, image, validator, version):
    random.seed(int(version[0]))
    suite = validator.TestSuite(validator.ValidationInfo())
    tests = suite.list_tests(version)
    assert sum(test["level"] <= LEVEL for test in tests.values()) > 25
    failures = {}
    for name, test in sorted(tests.items()):
        if (version, name) in NOT_FOR_US:
            assert test["level"] > LEVEL, f"{name} is needed for level {LEVEL}"
            continue
        prefix = f"render/{org.organization}/_iiif/{version[0]}"
        result = validator.ImageAPI(image, org.url.removeprefix("http://"), prefix, version=version, debug=False)
        suite.run_test(name, result)
        if result.exception:
            failures[name] = result.urls, result.exception.got, result.exception.expected, result.exception.message
    assert failures == {}
