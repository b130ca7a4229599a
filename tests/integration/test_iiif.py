"""The IIIF Image API: info.json, and pictures compared with what Pillow makes of the same source."""

import io

import pytest
from PIL import Image

from harness import fonts, pictures, pixels

WIDTH, HEIGHT = 700, 500


@pytest.fixture(scope="module")
def scene():
    return pictures.scene(WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def image(org, scene):
    return org.add(pictures.encode(scene, "PNG"), "scene.png")["hash"]


def get(org, image, parameters, version="3", **options):
    return org.render(f"/_iiif/{version}/{image}/{parameters}", **options)


def picture(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return pixels.open_picture(answer.content)


def test_info_of_version_3(org, image):
    answer = org.render(f"/_iiif/{image}/info.json")
    info = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Link"] == '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
    assert info["@context"] == "http://iiif.io/api/image/3/context.json"
    assert info["id"] == answer.url.removesuffix("/info.json")
    assert (info["type"], info["protocol"], info["profile"]) == ("ImageService3", "http://iiif.io/api/image", "level2")
    assert (info["width"], info["height"], info["maxWidth"]) == (WIDTH, HEIGHT, 2048)
    assert info["tiles"] == [{"width": 512, "scaleFactors": [1, 2]}]
    assert info["sizes"] == [{"width": 350, "height": 250}, {"width": 700, "height": 500}]
    linked = org.render(f"/_iiif/3/{image}/info.json", headers={"Accept": "application/ld+json"})
    assert linked.headers["Content-Type"] == (
        'application/ld+json;profile="http://iiif.io/api/image/3/context.json"')
    assert linked.json()["id"].endswith(f"/_iiif/3/{image}")
    assert linked.headers["Vary"] == "Accept, X-Forwarded-Proto"  # `id` has the scheme


def test_info_of_version_2(org, image):
    info = org.render(f"/_iiif/2/{image}/info.json").json()
    assert info["@context"] == "http://iiif.io/api/image/2/context.json"
    assert info["@id"].endswith(f"/_iiif/2/{image}") and info["profile"][0].endswith("/2/level2.json")
    assert info["profile"][1]["maxWidth"] == 2048 and "bitonal" in info["profile"][1]["qualities"]


def test_the_base_leads_to_info(org, image):
    for path in (f"/_iiif/{image}", f"/_iiif/2/{image}", f"/_iiif/3/{image}/"):
        answer = org.render(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(path.rstrip("/") + "/info.json")


def test_links_follow_the_host(org, image):
    answer = org.render_on_host(f"/_iiif/{image}/info.json")
    assert answer.json()["id"] == f"http://{org.organization}.localhost/_iiif/{image}"


@pytest.mark.parametrize("parameters, size, judge", [
    ("full/max/0/default.png", (700, 500), lambda p: p),
    ("square/max/0/default.png", (500, 500), lambda p: p.crop((100, 0, 600, 500))),
    ("10,20,300,200/max/0/color.png", (300, 200), lambda p: p.crop((10, 20, 310, 220))),
    ("600,400,300,200/max/0/default.png", (100, 100), lambda p: p.crop((600, 400, 700, 500))),
    ("pct:50,20,25,40/max/0/default.png", (175, 200), lambda p: p.crop((350, 100, 525, 300))),
    ("full/350,/0/default.png", (350, 250), lambda p: p.resize((350, 250), Image.LANCZOS)),
    ("full/,100/0/default.png", (140, 100), lambda p: p.resize((140, 100), Image.LANCZOS)),
    ("full/300,300/0/default.png", (300, 300), lambda p: p.resize((300, 300), Image.LANCZOS)),
    ("full/!300,300/0/default.png", (300, 214), lambda p: p.resize((300, 214), Image.LANCZOS)),
    ("full/!900,2000/0/default.png", (700, 500), lambda p: p),
    ("full/pct:10/0/default.png", (70, 50), lambda p: p.resize((70, 50), Image.LANCZOS)),
    ("0,0,100,100/^200,/0/default.png", (200, 200), lambda p: p.crop((0, 0, 100, 100)).resize((200, 200), Image.BICUBIC)),
    ("full/max/90/default.png", (500, 700), lambda p: p.transpose(Image.ROTATE_270)),
    ("full/max/!0/default.png", (700, 500), lambda p: p.transpose(Image.FLIP_LEFT_RIGHT)),
    ("full/max/!180/default.png", (700, 500), lambda p: p.transpose(Image.FLIP_TOP_BOTTOM)),
    ("full/max/360/default.png", (700, 500), lambda p: p),
])
def test_pictures(org, image, scene, parameters, size, judge):
    found = picture(get(org, image, parameters)).convert("RGB")
    assert found.size == size
    pixels.assert_alike(found, judge(scene), mean=2)


def test_a_picture_links_to_its_canonical_url(org, image):
    answer = get(org, image, "pct:0,0,50,100/!175,1000/360/color.jpg")
    canonical = f"/render/{org.organization}/_iiif/3/{image}/0,0,350,500/175,250/0/default.jpg"
    assert answer.headers["Link"] == (
        f'<http://iiif.io/api/image/3/level2.json>;rel="profile",<{canonical}>;rel="canonical"')
    assert org.get(canonical).content == answer.content
    on_host = org.render_on_host(f"/_iiif/{image}/full/pct:50/0/default.jpg").headers["Link"]
    assert on_host.endswith(f',</_iiif/{image}/full/350,250/0/default.jpg>;rel="canonical"')


def test_gray_and_bitonal(org, image):
    """What grey is of a colour is the matter of the operation grayscale and its tests."""
    grey = picture(org.render(f"/dynamic/grayscale/{image}.png")).convert("L")
    found = picture(get(org, image, "full/max/0/gray.png"))
    assert found.mode == "L" and found.tobytes() == grey.tobytes()
    two = picture(get(org, image, "full/max/0/bitonal.png")).convert("L")
    assert two.tobytes() == grey.point(lambda value: 255 if value > 127 else 0).tobytes()


def test_corners_of_a_turned_image(org, image):
    assert picture(get(org, image, "full/100,/22.5/default.png")).convert("RGBA").getpixel((0, 0))[3] == 0
    white = picture(get(org, image, "full/100,/22.5/default.jpg")).convert("RGB").getpixel((0, 0))
    assert min(white) > 245


def test_version_2_enlarges_and_knows_full(org, image):
    assert picture(get(org, image, "full/full/0/default.jpg", version="2")).size == (700, 500)
    assert picture(get(org, image, "full/800,/0/default.jpg", version="2")).size == (800, 571)


def test_no_picture_is_larger_than_2048(org):
    wide = org.add(pictures.encode(Image.new("RGB", (3000, 60), "red"), "PNG"))["hash"]
    assert picture(get(org, wide, "full/max/0/default.png")).size == (2048, 41)
    assert get(org, wide, "full/,41/0/default.png").status_code == 400  # 2050 wide
    assert picture(get(org, wide, "full/,40/0/default.png")).size == (2000, 40)
    assert get(org, wide, "full/3000,/0/default.png").status_code == 400
    assert get(org, wide, "full/^4096,/0/default.png").status_code == 400


@pytest.mark.parametrize("parameters, part", [
    ("700,0,10,10/max/0/default.jpg", "region"), ("0,0,0,10/max/0/default.jpg", "region"),
    ("1,2,3/max/0/default.jpg", "region"), ("-1,0,5,5/max/0/default.jpg", "region"),
    ("1e3,0,5,5/max/0/default.jpg", "region"), ("pct:101,0,5,5/max/0/default.jpg", "region"),
    ("full/,/0/default.jpg", "size"), ("full/0,/0/default.jpg", "size"), ("full/full/0/default.jpg", "size"),
    ("full/701,/0/default.jpg", "size"), ("full/pct:200/0/default.jpg", "size"), ("full/!5,/0/default.jpg", "size"),
    ("full/pct:0/0/default.jpg", "size"), ("full/3000,/0/default.jpg", "size"),
    ("full/max/361/default.jpg", "rotation"), ("full/max/-90/default.jpg", "rotation"),
    ("full/max/!/default.jpg", "rotation"), ("full/max/nan/default.jpg", "rotation"),
    ("full/max/0/native.jpg", "quality"), ("full/max/0/default.exe", "format"), ("full/max/0/default", "IIIF"),
    ("full/max/0", "IIIF"), ("full/max/0/default.jpg/more", "IIIF"),
])
def test_what_is_wrong_is_said(org, image, parameters, part):
    answer = get(org, image, parameters)
    assert answer.status_code == 400, answer.text
    assert part in answer.json()["error"]["message"]


def test_unknown_images_are_404(org):
    for name in ("0" * 40, "-_nobody_-", "random-name", "a%2Fb"):
        assert get(org, name, "info.json").status_code == 404, name


def test_by_alias_until_it_moves(org, image):
    org.point("zoomed", image)
    first = org.render("/_iiif/-_zoomed_-/info.json")
    assert first.json()["width"] == WIDTH and "immutable" not in first.headers["Cache-Control"]
    other = org.add(pictures.photo(90, 80, seed=9))["hash"]
    org.point("zoomed", other)
    assert org.render("/_iiif/-_zoomed_-/info.json").json()["width"] == 90
    assert picture(org.render("/_iiif/-_zoomed_-/full/max/0/default.png")).size == (90, 80)


def test_a_jpeg_lies_as_its_camera_says(org):
    turned = Image.open(io.BytesIO(pictures.photo(120, 80)))
    exif = turned.getexif()
    exif[0x0112] = 6
    hash_ = org.add(pictures.encode(turned, "JPEG", exif=exif))["hash"]
    info = org.render(f"/_iiif/{hash_}/info.json").json()
    assert (info["width"], info["height"]) == (80, 120)
    assert picture(org.render(f"/_iiif/{hash_}/0,0,40,120/max/0/default.jpg")).size == (40, 120)


def test_what_protects_the_dynamic_stack_protects_these(new_org):
    org = new_org
    hash_ = org.add(pictures.photo(50, 40))["hash"]
    assert org.render(f"/_iiif/{hash_}/info.json").status_code == 200
    answer = org.request("PUT", f"/organizations/{org.organization}/options/protect_dynamic_stack", data="true")
    assert answer.status_code in (200, 204), answer.text
    for rest in ("info.json", "full/max/0/default.jpg"):
        assert org.render(f"/_iiif/{hash_}/{rest}").status_code == 403
    signed = org.request("POST", f"/utils/{org.organization}/sign_url", json={
        "url": f"https://{org.organization}.localhost/_iiif/{hash_}/full/max/0/default.jpg"})
    signature = signed.text.split("sig=")[1][:16]
    assert org.render(f"/_iiif/{hash_}/full/max/0/default.jpg?sig={signature}").status_code == 200


@pytest.mark.parametrize("rest", ["info.json", "full/max/0/default.jpg", "full/^max/0/default.jpg", "full/10,/0/default.jpg"])
def test_a_font_is_no_picture(org, rest):
    font = org.add(fonts.sans(), "sans.ttf")["hash"]
    answer = org.render(f"/_iiif/3/{font}/{rest}")
    assert answer.status_code == 415 and "font" in answer.json()["message"]
