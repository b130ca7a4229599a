"""PDF: pages, sizes, dots per inch, and files that are no good."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from harness import documents, pictures, pixels
from harness.errors import assert_error

SIZES = [(595, 842), (842, 595), (200, 100)]  # points


@pytest.fixture(scope="module")
def document():
    return documents.pdf(*SIZES)


@pytest.fixture(scope="module")
def item(org, document):
    return org.add(document)


def render(org, item, options="noop", format_="png") -> bytes:
    answer = org.render(f"/dynamic/{options}/{item['hash']}.{format_}")
    assert answer.status_code == 200, answer.text
    return answer.content


def drawn_by_pdftoppm(document: bytes, page: int, width: int, height: int) -> Image.Image:
    """Its renderer is Splash; ours is Cairo."""
    with tempfile.TemporaryDirectory(prefix="rucola-pdf-") as directory:
        source, result = Path(directory, "in.pdf"), Path(directory, "out")
        source.write_bytes(document)
        subprocess.run(["pdftoppm", "-png", "-f", str(page), "-l", str(page), "-singlefile", "-scale-to-x", str(width),
                        "-scale-to-y", str(height), str(source), str(result)], check=True, timeout=120)
        image = Image.open(f"{result}.png")
        image.load()
        return image


def in_pixels(points: float, dpi: int) -> int:
    return int(points * dpi / 72 + 0.5)


def test_an_upload_says_what_is_in_it(item):
    assert (item["format"], item["mimetype"]) == ("pdf", "application/pdf")
    assert (item["width"], item["height"]) == (in_pixels(595, 200), in_pixels(842, 200))
    assert (item["animated"], item["opaque"]) == (False, True)
    assert item["static_metadata"]["pdf"]["pages"] == 3


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("dpi", [None, 10, 100, 150, 300])
def test_pages_and_dots_per_inch(org, item, page, dpi):
    options = f"o-pdf.page-{page}" + (f"-pdf.dpi-{dpi}" if dpi else "")
    dpi = dpi or 200
    width, height = SIZES[page - 1]
    if in_pixels(width, dpi) < 1000:
        dpi *= 2
    assert pixels.size_of(render(org, item, options)) == (in_pixels(width, dpi), in_pixels(height, dpi))


@pytest.mark.parametrize("options,page,mean", [("noop", 1, 1.5), ("resize-width-400", 1, 2.0),
                                               ("o-pdf.page-2--resize-width-333", 2, 2.0), ("o-pdf.page-3", 3, 1.5),
                                               ("resize-width-300-height-300-mode-absolute", 1, 2.5)])
def test_pages_look_as_another_program_draws_them(org, item, document, options, page, mean):
    ours = pixels.open_picture(render(org, item, options))
    assert ours.mode == "RGB", "paper is white, not transparent"
    pixels.assert_alike(ours, drawn_by_pdftoppm(document, page, *ours.size), mean)


def test_text_without_its_font_is_visible(org, item):
    upper = pixels.open_picture(render(org, item, "crop-width-1000-height-600-anchor-left_top")).convert("L")
    assert upper.getextrema() == (0, 255)


def test_a_page_is_drawn_as_large_as_it_is_wanted(org, item):
    """Not enlarged from fewer dots: the edge of the red rectangle stays sharp."""
    ours = pixels.open_picture(render(org, item, "resize-width-4000--crop-width-4000-height-2--o-pdf.dpi-10"))
    assert ours.width == 4000
    data = render(org, item, "resize-width-2000--crop-width-20-height-40-anchor-990_2700")
    columns = {tuple(pixel) for pixel in pixels.open_picture(data).convert("RGB").getdata()}
    assert len(columns) <= 4


@pytest.mark.parametrize("format_", ["jpg", "webp", "svg", "blur"])
def test_pages_in_other_formats(org, item, format_):
    assert render(org, item, "resize-width-100", format_)


def test_a_page_that_is_not_there(org, item):
    answer = org.render(f"/dynamic/o-pdf.page-4/{item['hash']}.png")
    assert_error(answer, 400)
    assert "has 3 pages" in answer.json()["message"] and "pdf.page" in answer.json()["message"]


@pytest.mark.parametrize("option", ["pdf.page-0", "pdf.page-1001", "pdf.dpi-9", "pdf.dpi-1001", "pdf.page-x"])
def test_options_out_of_range(org, item, option):
    answer = org.render(f"/dynamic/o-{option}/{item['hash']}.png")
    assert_error(answer, 400)
    assert option.rpartition("-")[0] in answer.json()["message"]


def test_the_options_of_pdf_mean_nothing_to_other_files(org):
    hash_ = org.add(pictures.png(60, 40, seed=620))["hash"]
    plain = org.render(f"/dynamic/noop/{hash_}.png")
    assert org.render(f"/dynamic/o-pdf.page-7-pdf.dpi-300/{hash_}.png").headers["ETag"] == plain.headers["ETag"]


def test_many_pages(org):
    item = org.add(documents.pdf(*[(300 + number % 2, 100) for number in range(1005)]))
    assert item["static_metadata"]["pdf"]["pages"] == 1005
    assert pixels.size_of(render(org, item, "o-pdf.page-1000-pdf.dpi-72")) == (602, 200)


# Files that are no good


def refused(org, data: bytes, *codes: int) -> str:
    answer = org.upload(("a.pdf", data))
    assert answer.status_code in codes, answer.text
    return answer.json()["message"]


def test_an_encrypted_file(new_org):
    assert "password" in refused(new_org, documents.pdf(encrypted=True), 422)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_file(new_org, document, part):
    assert "cut off" in refused(new_org, document[:int(len(document) * part)], 422)


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"%PDF-", b"%PDF-1.7\n" + bytes(500) + b"%%EOF",
                                  documents.pdf().replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
                                  documents.pdf().replace(b"/Pages 2 0 R", b"/Pages 9 0 R")])
def test_damaged_files(new_org, data):
    refused(new_org, data, 422)


def test_paper_larger_than_the_limit(new_org):
    assert "225000000" in refused(new_org, documents.pdf((14_400, 14_400)), 413)
    refused(new_org, documents.pdf((10_000_000, 10_000_000)), 413, 422)
    refused(new_org, documents.pdf((595, 842), (10_000_000, 10_000_000)), 413, 422)


def test_postscript_is_told_what_is_read(new_org):
    message = refused(new_org, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", 415, 422)
    for name in ("JPEG", "PNG", "TIFF", "SVG", "PDF", "JPEG XL", "JPEG 2000", "PSD"):
        assert name in message
