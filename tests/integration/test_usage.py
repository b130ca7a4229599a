"""What an organization stores and delivers: GET /stats, /savings and /billing."""

import datetime
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from harness import pictures, raw_http
from harness.errors import assert_error
from harness.waiting import wait_until

RENDER = "/dynamic/resize-width-40/{}.jpg"


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def usage(org, route="stats", **query):
    answer = org.get(f"/{route}/{org.organization}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def total(values):
    return sum(value["value"] for value in values)


def delivered(org):
    """How many answers and bytes have been written down."""
    stats = usage(org)
    return total(stats["number_of_downloads"]), total(stats["bytes_downloaded"])


def wait_for_downloads(org, downloads):
    """They are written down every few seconds. The bytes that belong to them."""
    return wait_until(lambda: delivered(org)[0] >= downloads and delivered(org), f"{downloads} downloads to be counted")


# What is stored


def test_stats_have_the_shape_that_clients_read(new_org):
    data = pictures.photo(64, 48, seed=4001)
    new_org.add(data)
    stats = usage(new_org)
    assert set(stats) == {"space_in_bytes", "number_of_files", "bytes_downloaded", "bytes_downloaded_external",
                          "number_of_downloads"}
    assert stats["space_in_bytes"][0] == {"timestamp": f"{today()}T00:00:00+00:00", "value": len(data), "unit": "Bytes"}
    assert stats["number_of_files"][0] == {"timestamp": f"{today()}T00:00:00+00:00", "value": 1, "unit": None}
    assert stats["bytes_downloaded"] == stats["bytes_downloaded_external"] == []


def test_what_is_stored_follows_the_images(new_org):
    first, second = pictures.photo(64, 48, seed=4002), pictures.photo(32, 24, seed=4003)

    def stored():
        stats = usage(new_org)
        return stats["number_of_files"][0]["value"], stats["space_in_bytes"][0]["value"]

    assert stored() == (0, 0)
    one, two = new_org.add(first)["hash"], new_org.add(second)["hash"]
    assert stored() == (2, len(first) + len(second))
    assert new_org.image(one, method="DELETE").status_code == 204
    assert stored() == (1, len(second))
    assert new_org.image(one, "/restore", method="POST").status_code == 200
    area = {"x": 1, "y": 1, "width": 8, "height": 8}
    assert new_org.image(two, "/meta/dynamic/subject_area", method="PUT", json=area).status_code in (200, 201)
    assert stored() == (new_org.images().json()["total"], len(first) + len(second)), "one file, however many images"


def test_days_without_a_change_repeat_the_last_and_none_are_made_up(own_server):
    org = own_server.organization()
    org.add(pictures.photo(64, 48, seed=4004))
    own_server.stop()
    with closing(sqlite3.connect(own_server.data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE storage_days SET day = day - 3")
        database.execute("INSERT INTO storage_days SELECT organization, day + 2, 5, 50 FROM storage_days")
    own_server.start()
    stats = usage(org)
    days = [str(today() - datetime.timedelta(days=before)) + "T00:00:00+00:00" for before in range(4)]
    assert [value["timestamp"] for value in stats["number_of_files"]] == days
    assert [value["value"] for value in stats["number_of_files"]] == [5, 5, 1, 1]
    assert usage(org, to=days[2][:10])["number_of_files"][0]["value"] == 1
    assert usage(org, **{"from": days[1][:10], "to": days[1][:10]})["space_in_bytes"] == [
        {"timestamp": days[1], "value": 50, "unit": "Bytes"}]


# What is delivered


def test_renders_and_originals_add_up(new_org):
    data = pictures.photo(200, 150, seed=4010)
    hash_ = new_org.add(data)["hash"]
    path = RENDER.format(hash_)
    size = len(new_org.render(path).content)
    sent = [size]
    sent += [len(new_org.render(path).content) for _ in range(5)]  # hot ones
    sent.append(len(new_org.render_on_host(path).content))
    part = new_org.render(path, headers={"Range": "bytes=0-99"})
    assert part.status_code == 206
    sent.append(len(part.content))
    sent.append(len(new_org.image(hash_, "/download").content))
    assert sent[-1] == len(data)
    sent.append(len(new_org.get(f"/sourceimages/{new_org.organization}/download").content))
    assert wait_for_downloads(new_org, len(sent)) == (len(sent), sum(sent))


def test_what_has_no_body_or_is_refused_does_not_count(new_org):
    hash_ = new_org.add(pictures.photo(200, 150, seed=4011))["hash"]
    path = RENDER.format(hash_)
    answer = new_org.render(path)
    for _ in range(2):  # of the cold way, and the hot one
        assert new_org.render(path, method="HEAD").status_code == 200
        assert new_org.render(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        assert new_org.render(path, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert new_org.render("/dynamic/noop/-_nothing_-.jpg").status_code == 404
    assert new_org.image(hash_).status_code == 200
    last = new_org.render(path)
    assert wait_for_downloads(new_org, 2) == (2, len(answer.content) + len(last.content))


def test_a_client_that_leaves_is_counted_as_far_as_it_was_sent(own_server):
    """The whole length counted as sent, of an answer of which the client took the first bytes."""
    org = own_server.organization()
    data = pictures.encode(Image.new("RGB", (3000, 2500)), "PNG", compress_level=0)  # more than sockets hold
    hash_ = org.add(data, "large.png")["hash"]
    with raw_http.Connection(own_server.port) as connection:
        connection.send((f"GET /sourceimages/{org.organization}/{hash_}/download HTTP/1.1\r\n"
                         f"Host: localhost\r\nApi-Key: {org.key}\r\n\r\n").encode())
        assert connection.socket.recv(1024).startswith(b"HTTP/1.1 200")
    _, sent = wait_for_downloads(org, 1)
    assert 0 < sent < len(data)


def test_one_organizations_deliveries_are_not_anothers(server):
    first, second = server.organization(), server.organization()
    data = pictures.photo(200, 150, seed=4013)
    sizes = {org: len(org.render(RENDER.format(org.add(data)["hash"])).content) for org in (first, second)}
    assert wait_for_downloads(first, 1) == (1, sizes[first])
    assert wait_for_downloads(second, 1) == (1, sizes[second])


def test_what_was_counted_survives_restarts(own_server):
    org = own_server.organization()
    path = RENDER.format(org.add(pictures.photo(200, 150, seed=4014))["hash"])
    size = len(org.render(path).content)
    assert own_server.stop() == 0
    own_server.start()
    assert delivered(org) == (1, size), "an orderly end writes what is left"
    org.render(path)
    assert wait_for_downloads(org, 2) == (2, 2 * size)
    own_server.restart()
    assert delivered(org) == (2, 2 * size), "kill -9 takes only what was not written yet"


def test_savings_are_what_the_originals_have_more(new_org):
    data = pictures.photo(400, 300, seed=4015)
    hash_ = new_org.add(data)["hash"]
    sent = [len(new_org.render(RENDER.format(hash_)).content) for _ in range(3)]
    wait_for_downloads(new_org, 3)
    saved = usage(new_org, "savings")
    assert saved["bytes_downloaded"] == sum(sent)
    assert saved["bytes_of_originals"] == 3 * len(data)
    assert saved["bytes_saved"] == 3 * len(data) - sum(sent)
    assert sum(day["bytes_saved"] for day in saved["days"]) == saved["bytes_saved"]


def test_an_original_saves_nothing(new_org):
    data = pictures.photo(64, 48, seed=4016)
    assert new_org.image(new_org.add(data)["hash"], "/download").content == data
    wait_for_downloads(new_org, 1)
    saved = usage(new_org, "savings")
    assert (saved["bytes_downloaded"], saved["bytes_saved"]) == (len(data), 0)


# Days


@pytest.mark.parametrize("route", ["stats", "savings", "billing"])
@pytest.mark.parametrize("query", ["from=yesterday", "to=2016-02-30", "from=2016-13-01", "from=2016-12-02&to=2016-12-01",
                                   "from=1990-01-01&to=2016-12-01", "since=2016-12-01", "from=2016-12-01T00:00:00Z"])
def test_days_that_are_none(org, route, query):
    assert_error(org.get(f"/{route}/{org.organization}?{query}"), 400)


def test_the_days_are_thirty_and_today_and_none_that_are_to_come(own_server):
    """The dashboard asks for a day more than it shows."""
    org = own_server.organization()
    own_server.stop()
    with closing(sqlite3.connect(own_server.data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE storage_days SET day = day - 100")
    own_server.start()
    assert len(usage(org)["space_in_bytes"]) == 31
    tomorrow = str(today() + datetime.timedelta(days=1))
    assert usage(org, to=tomorrow)["space_in_bytes"][0]["timestamp"].startswith(str(today()))
    assert usage(org, **{"from": tomorrow, "to": tomorrow})["space_in_bytes"] == []


# Bills


def month():
    return f"{today():%Y-%m}"


def test_billing_has_the_shape_that_the_dashboard_reads(new_org):
    data = pictures.photo(200, 150, seed=4020)
    size = len(new_org.render(RENDER.format(new_org.add(data)["hash"])).content)
    wait_for_downloads(new_org, 1)
    bill = usage(new_org, "billing", **{"from": f"{month()}-1", "to": f"{month()}-1"})  # as the dashboard writes it
    name = new_org.organization
    assert set(bill) == {name} and set(bill[name]) == {month()}
    shown = bill[name][month()]
    assert set(shown) == {"organizations", "combined"} and set(shown["organizations"]) == {name}
    assert shown["combined"] == shown["organizations"][name]
    traffic = shown["combined"]["traffic"]["total"]
    assert traffic == {"units_consumed": size / 1e9, "unit": "GB", "price_in_chf": None, "bytes": size}
    assert shown["combined"]["storage"]["total"]["unit"] == "GB"
    assert shown["combined"]["total"] == {"price_in_chf": None}
    assert bill == usage(new_org, "billing"), "this month, where none is named"


def test_storage_is_billed_by_its_average_and_what_is_not_known_is_left_out(own_server):
    org = own_server.organization()
    own_server.stop()
    with closing(sqlite3.connect(own_server.data / "catalog.sqlite")) as database, database:
        database.execute("DELETE FROM storage_days")
        for day, size in (("2024-01-11", 100), ("2024-01-21", 400)):
            number = (datetime.date.fromisoformat(day) - datetime.date(1970, 1, 1)).days
            database.execute("INSERT INTO storage_days SELECT id, ?, 1, ? FROM organizations", (number, size))
    own_server.start()
    months = usage(org, "billing", **{"from": "2023-12-31", "to": "2024-02-01"})[org.organization]
    assert list(months) == ["2023-12", "2024-01", "2024-02"]
    assert months["2023-12"]["combined"] == {"total": {"price_in_chf": None}}
    assert months["2024-01"]["combined"]["storage"]["total"]["bytes"] == round((10 * 100 + 11 * 400) / 21)
    assert months["2024-02"]["combined"]["storage"]["total"]["bytes"] == 400


def test_a_bill_has_the_parts_that_the_caller_is_let_into(server):
    whole = server.organization()
    part = f"{whole.organization}-part"
    made = whole.request("PUT", f"/organizations/{part}",
                         json={"billing_email": "bills@example.com", "master_organization": whole.organization})
    assert made.status_code in (200, 201), made.text
    data = pictures.photo(64, 48, seed=4021)
    whole.add(data)
    whole.of(part).add(data)
    shown = usage(whole, "billing")[whole.organization][month()]
    assert sorted(shown["organizations"]) == [whole.organization, part]
    each = [one["storage"]["total"]["bytes"] for one in shown["organizations"].values()]
    assert shown["combined"]["storage"]["total"]["bytes"] == sum(each) > 0
    accountant = whole.with_key(server.create_user(whole.organization, "billing:read")["api_key"])
    seen = usage(accountant, "billing")[whole.organization][month()]
    assert list(seen["organizations"]) == [whole.organization], "it was not let into the part"
    assert seen["combined"]["storage"]["total"]["bytes"] == each[0]
    assert_error(accountant.get(f"/billing/{part}"), 403)
