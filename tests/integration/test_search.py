"""Searching source images over HTTP: what a filter is, that nothing is passed over, and that pages go on.

Which images a search finds is held against a reading one by one in tests/storage/store_search_test.cpp."""

import json

import pytest

from harness import pictures
from harness.errors import assert_error


@pytest.fixture(scope="module")
def shop(server):
    """Three images of an organization of their own, oldest first."""
    org = server.organization()
    metadata = [
        {"city": "Zurich", "int:stars": 3, "array:labels": ["lake", "sun"], "text:about": "By the Lake"},
        {"city": "Berne", "int:stars": 5, "array:labels": ["lake"], "latlon:place": "46.95, 7.45"},
        {"city": "Zug"},
    ]
    names = ["Sunset_lake.jpg", "plan b.jpg", "Über uns.png"]
    org.items = []
    for number, (name, fields) in enumerate(zip(names, metadata, strict=True)):
        data = pictures.png(30, 20) if name.endswith("png") else pictures.photo(40 + number, 30, seed=number)
        answer = org.upload((name, data), fields={"meta_user[0]": json.dumps(fields)})
        assert answer.status_code == 201, answer.text
        org.items.append(answer.json()["items"][0])
    return org


def found(org, **query):
    """The numbers of the images, in the order in which they come."""
    answer = org.images(**query)
    assert answer.status_code == 200, answer.text
    hashes = [item["hash"] for item in org.items]
    assert answer.json()["total"] >= len(answer.json()["items"])
    return [hashes.index(item["hash"]) for item in answer.json()["items"]]


@pytest.mark.parametrize("query, numbers", [
    ({}, [2, 1, 0]),
    ({"width": 41}, [1]),
    ({"width": "[40,41}"}, [0]),
    ({"width": "{40,}", "sort": "width"}, [1]),
    ({"format": "png"}, [2]),
    ({"mimetype": "image/png"}, [2]),
    ({"mimetype": "'image/png'", "width": 30}, [2]),
    ({"mimetype": "image/*"}, [2, 1, 0]),
    ({"mimetype": "image/png", "user:city": "Berne", "operator": "or"}, [2, 1]),
    ({"mimetype": "image/jpg"}, []),
    ({"mimetype": "text/plain"}, []),
    ({"mimetype": "png"}, []),
    ({"name": "plan*"}, [1]),
    ({"name": "plan b.jpg"}, [1]),
    ({"name_text": "SUNSET lak"}, [0]),
    ({"name_text": "uber"}, [2]),
    ({"user:str:city": "Zurich"}, [0]),
    ({"user:city": "Z*"}, [2, 0]),
    ({"user:int:stars": "[4,]"}, [1]),
    ({"user:int:stars": "*"}, [1, 0]),
    ({"user:array:labels": "lake"}, [1, 0]),
    ({"user:text:about": "lake"}, [0]),
    ({"user:latlon:place": "46.95,7.45"}, [1]),
    ({"user:str:nobody": "1"}, []),
    ({"opaque": "true", "name": "*.jpg"}, []),
    ({"created": "['2017-01-01T00:00:00Z',}", "limit": 1}, [2]),
    ({"created": "[,2017-01-01T00:00:00Z]"}, []),
    ({"user:city": "Berne", "width": 40, "operator": "or"}, [1, 0]),
    ({"user:city": "Berne", "width": 40}, []),
    ({"sort": "user:int:stars desc"}, [1, 0, 2]),
    ({"sort": "format desc,width"}, [2, 0, 1]),
    ({"sort": "created"}, [0, 1, 2]),
    ({"deleted": "true"}, []),
], ids=lambda value: json.dumps(value) if isinstance(value, dict) else "")
def test_a_search_finds(shop, query, numbers):
    assert found(shop, **query) == numbers


def test_every_field_of_an_image_finds_it(shop):
    item = shop.items[0]
    fields = {name: item[name] for name in ("hash", "short_hash", "binary_hash", "name", "mimetype", "format", "size",
                                            "width", "height", "created", "opaque", "animated", "protected", "locked")}
    for name, value in fields.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        assert 0 in found(shop, **{name: text}), name


@pytest.mark.parametrize("query, names", [
    ("heigth=1200", "height"),
    ("user:itn:stars=3", "int"),
    ("user:int:stars=three", "integer"),
    ("user:int:stars=3*", "integer"),
    ("width=[1,2", "integer"),
    ("width=[1]", "two ends"),
    ("width=", "value"),
    ("created=yesterday", "time"),
    ("opaque=perhaps", "true"),
    ("user:latlon:place=91,0", "latitude"),
    ("name_text=...", "letters"),
    ("sort=heigth", "height"),
    ("sort=user:int:strars", "strars"),
    ("sort=width up", "asc or desc"),
    ("sort=user:array:labels", "several"),
    ("sort=", "no field"),
    ("facets=name", "user:array:labels"),
    ("facets=user:array:lables", "user:array:labels"),
    ("operator=xor", "and, or"),
    ("offset=x", "cursor"),
    ("offset=-1", "cursor"),
    ("limit=2001", "2000"),
    ("width=1&width=2", "twice"),
    ("user:city=a&user:city=b", "twice"),
    ("deletd=true", "deleted"),
    ("offset=1000000001", "cursor"),
    ("&".join(f"user:f{number}=1" for number in range(21)), "20 filters"),
    ("name_text=" + "+".join(f"w{number}" for number in range(11)), "10 words"),
    ("sort=size,width,height,name,format,created", "5 fields"),
    ("facets=" + ",".join(f"user:f{number}" for number in range(11)), "10 facets"),
    ("sort=size,size desc", "twice"),
    ("facets=user:city,user:str:city", "twice"),
])
def test_what_is_misspelt_is_refused(shop, query, names):
    answer = shop.get(f"/sourceimages/{shop.organization}?{query}")
    assert_error(answer, 400)
    assert names in answer.json()["message"]


def test_facets_count_what_is_found(shop):
    body = shop.images(facets="user:array:labels,user:city", limit=0).json()
    assert body["items"] == [] and body["total"] == 3
    assert body["facets"]["user:array:labels"] == [{"value": "lake", "count": 2}, {"value": "sun", "count": 1}]
    assert sorted(one["value"] for one in body["facets"]["user:city"]) == ["Berne", "Zug", "Zurich"]
    body = shop.images(facets="user:array:labels", **{"user:city": "Zurich"}).json()
    assert body["facets"] == {"user:array:labels": [{"value": "lake", "count": 1}, {"value": "sun", "count": 1}]}


@pytest.mark.parametrize("sort", [None, "created", "user:int:stars desc", "width,name desc"])
def test_cursors_lead_through_all_and_end(shop, sort):
    query = {"limit": 1} | ({"sort": sort} if sort else {})
    whole = found(shop, **query | {"limit": 100})
    seen, cursor = [], None
    for _ in range(3):
        page = shop.images(**query | ({"offset": cursor} if cursor else {})).json()
        seen += [item["hash"] for item in page["items"]]
        cursor = page["cursor"]
        assert page["total"] == 3
    assert seen == [shop.items[number]["hash"] for number in whole]
    for _ in range(2):
        behind = shop.images(**query | {"offset": cursor}).json()
        assert behind["items"] == [] and behind["links"] == {}
        assert behind["cursor"] == cursor, "who goes on until it is the same, ends"


def test_the_next_link_goes_on_by_cursor(shop):
    first = shop.images(limit=2).json()
    second = shop.get(first["links"]["next"]["href"]).json()
    assert [item["hash"] for item in second["items"]] == [shop.items[0]["hash"]]
    assert "next" not in second["links"]


def test_a_cursor_is_of_one_order(shop):
    cursor = shop.images(limit=1).json()["cursor"]
    assert_error(shop.images(limit=1, offset=cursor, sort="width"), 400)


def test_a_client_that_deletes_page_by_page_deletes_all(new_org):
    """The Go client's loop: a page, its images deleted, the next by cursor, until a page is empty."""
    for number in range(7):
        new_org.add(pictures.photo(16, 12, seed=number))
    cursor = ""
    while True:
        page = new_org.images(limit=3, **({"offset": cursor} if cursor else {})).json()
        if not page["items"]:
            break
        for item in page["items"]:
            assert new_org.image(item["hash"], method="DELETE").status_code == 204
        cursor = page["cursor"]
    assert new_org.images().json()["total"] == 0


def test_the_cursor_of_an_empty_page_finds_what_comes_later(new_org):
    """It was the end for good: also that of limit=0, which only counts."""
    cursors = [new_org.images(**query).json()["cursor"] for query in ({}, {"limit": 0}, {"sort": "created"})]
    assert all(new_org.images(offset=cursor).json()["items"] == [] for cursor in cursors)
    added = new_org.add(pictures.photo(16, 12))["hash"]
    for cursor in cursors:
        assert [item["hash"] for item in new_org.images(offset=cursor).json()["items"]] == [added]


def test_deleted_images_are_found_apart(new_org):
    kept, gone = (new_org.add(pictures.photo(16, 12, seed=number), f"{number}.jpg") for number in (1, 2))
    assert new_org.image(gone["hash"], method="DELETE").status_code == 204
    assert [item["hash"] for item in new_org.images(name="*").json()["items"]] == [kept["hash"]]
    deleted = new_org.images(deleted="true", name="2.jpg", sort="deletedDate desc").json()
    assert [item["hash"] for item in deleted["items"]] == [gone["hash"]]


def test_another_organization_finds_nothing(server, shop):
    other = server.organization()
    assert other.images(**{"user:city": "Zurich"}).json()["total"] == 0
    assert other.images(name="*", facets="user:array:labels").json()["facets"] == {"user:array:labels": []}
    cursor = shop.images(limit=1).json()["cursor"]
    assert other.images(offset=cursor).json()["items"] == []
    assert other.get(f"/sourceimages/{shop.organization}?user:city=Zurich").status_code == 403
