"""SIGHUP: what may change while the server runs is taken over, and what may not is named."""

import signal

from harness import pictures
from harness.server import run_command
from harness.waiting import wait_until


def reload(server, config: str) -> dict:
    """The first line that says what became of it."""
    before = len(server.log_lines())
    (server.directory / "rucola.toml").write_text(config)
    server.process.send_signal(signal.SIGHUP)

    def said():
        return next((line for line in server.log_lines()[before:]
                     if line.get("event") in ("reloaded", "reload_refused")), None)

    return wait_until(said, "the server to reload")


def lines_of(server, event: str) -> list[dict]:
    return [line for line in server.log_lines() if line.get("event") == event]


def requests_logged(server, path: str) -> int:
    return sum(line.get("target") == path for line in lines_of(server, "request"))


def test_the_access_log_is_switched_off_and_on(start_server):
    server = start_server("[server]\naccess_log = \"off\"\n")
    anonymous = server.anonymous()
    anonymous.get("/before")
    anonymous.get("/next")  # of the same connection: what there was to say of the one before has been said
    assert "server.access_log" in reload(server, "[server]\naccess_log = \"all\"\n")["changed"]
    anonymous.get("/after")
    wait_until(lambda: requests_logged(server, "/after"), "the request to be logged")
    assert requests_logged(server, "/before") == 0


def test_the_level_changes(start_server):
    server = start_server("[log]\nlevel = \"error\"\n")
    anonymous = server.anonymous()
    anonymous.get("/before")
    anonymous.get("/next")  # of the same connection: what there was to say of the one before has been said
    assert reload(server, "[log]\nlevel = \"info\"\n")["changed"] == "log.level"
    anonymous.get("/after")
    wait_until(lambda: requests_logged(server, "/after"), "the request to be logged")
    assert requests_logged(server, "/before") == 0


def test_what_needs_a_restart_is_named(start_server):
    server = start_server("[server]\nidle_timeout = 60\n")
    assert reload(server, "[server]\nidle_timeout = 61\n")["changed"] == ""
    wait_until(lambda: lines_of(server, "restart_needed"), "the restart to be asked for")
    assert lines_of(server, "restart_needed")[0]["for"] == "server.idle_timeout"
    reload(server, "[server]\nidle_timeout = 60\n")
    assert len(lines_of(server, "restart_needed")) == 1, "it is as it was"


def test_a_bad_file_changes_nothing_and_says_why(start_server):
    server = start_server("[server]\naccess_log = \"all\"\n")
    line = reload(server, "[server]\naccess_log = \"off\"\nidle_timeout = \"soon\"\n")
    assert line["event"] == "reload_refused"
    assert "idle_timeout" in line["why"]
    server.anonymous().get("/still-logged")
    wait_until(lambda: requests_logged(server, "/still-logged"), "the request to be logged")


WOULD_STOP_A_START = {
    "a proxy": '[server]\ntrusted_proxies = ["10.0.0.0/99"]\n',
    "a network": '[remote_fetch]\nallow_networks = ["everywhere"]\n',
    "a listener": '[server]\nadmin_listen = "127.0.0.1:99999"\n',
    "a header": '[server]\nforwarded_host_header = "X-Forwarded-Host:"\n',
    "a tag header": '[delivery]\ntag_headers = ["X Key"]\n',
    "a cache's tag header": '[[cdn]]\nkind = "varnish"\nurl = "http://127.0.0.1:1"\nsecret = "x"\ntag_header = "X Key"\n',
    "a cache's place": '[[cdn]]\nkind = "varnish"\nurl = "nonsense"\nsecret = "x"\n',
    "a cache twice": '[[cdn]]\nkind = "varnish"\nurl = "http://127.0.0.1:1"\nsecret = "x"\n' * 2,
    "a prefix": '[server]\npath_prefix = "//evil.example"\n',
    "a route's prefix": '[server]\npath_prefix = "/render"\n',
}


def test_what_would_stop_a_start_is_refused_whole(start_server, tmp_path):
    """It was accepted without a word, and the next start failed."""
    server = start_server("[log]\nlevel = \"info\"\n")
    file = tmp_path / "rucola.toml"
    for name, text in WOULD_STOP_A_START.items():
        text = text + "[log]\nlevel = \"error\"\n"
        file.write_text(text)
        start = run_command("serve", "--config", file, "--data", tmp_path / "data", "--listen", f"127.0.0.1:{server.port}")
        assert start.returncode != 0, name
        line = reload(server, text)
        assert line["event"] == "reload_refused", name
        assert start.stderr == f"rucola: {line['why']}\n", name
    server.anonymous().get("/still-logged")
    wait_until(lambda: requests_logged(server, "/still-logged"), "the request to be logged")
    assert not lines_of(server, "reloaded") and not lines_of(server, "restart_needed")


def test_what_a_cache_s_settings_come_to_is_no_change(start_server):
    """Its URL was compared before it was tidied up with after: every reload asked for a restart."""
    cache = '[[cdn]]\nkind = "varnish"\nurl = "HTTP://LOCALHOST:1/"\n'
    server = start_server(cache, environment={"RUCOLA_PURGE_SECRET": "x"})
    assert reload(server, cache)["event"] == "reloaded"
    assert not lines_of(server, "restart_needed")


def test_a_folder_in_the_place_of_the_file_changes_nothing(start_server):
    server = start_server("[server]\naccess_log = \"all\"\n")
    (server.directory / "rucola.toml").unlink()
    (server.directory / "rucola.toml").mkdir()
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: lines_of(server, "reload_refused"), "the reload to be refused")
    assert "can't be read" in lines_of(server, "reload_refused")[0]["why"]
    assert server.anonymous().get("/healthz").status_code == 200


def test_purge_quotas_change(start_server):
    server = start_server("[purge]\nalias_per_hour = 2\n")
    org = server.organization()
    org.point("logo", org.add(pictures.photo(20, 20, seed=1802))["hash"])
    assert [org.purge_alias("logo").status_code for _ in range(3)] == [200, 200, 429]
    changed = reload(server, "[purge]\nalias_per_hour = 3\nrepeat_after_seconds = 40\n")["changed"]
    assert changed == "purge.alias_per_hour, purge.repeat_after_seconds"
    assert [org.purge_alias("logo").status_code for _ in range(2)] == [200, 429]
    reload(server, "[purge]\nalias_per_hour = 1\n")
    refused = org.purge_alias("logo")
    assert (refused.status_code, refused.headers["X-RateLimit-Limit"]) == (429, "1")
    reload(server, "[purge]\nalias_per_hour = 0\n")
    assert org.purge_alias("logo").status_code == 200
    assert not lines_of(server, "restart_needed")


def test_sizes_of_caches_change(start_server):
    sizes = "[cache]\nmemory_bytes = {}\ndisk_bytes = {}\n[delivery]\nhot_bytes = {}\n"
    full, none = sizes.format(16 << 20, 16 << 20, 1 << 20), sizes.format(0, 0, 0)
    server = start_server(full)
    org = server.organization()
    path = f"/dynamic/resize-width-10/{org.add(pictures.photo(64, 48, seed=1803))['hash']}.jpg"

    def layer():
        answer = org.render(path)
        assert answer.status_code == 200
        return answer.headers["Cache-Status"]

    def on_disk():
        return [file for file in (server.data / "renders").rglob("*") if file.is_file()]

    wait_until(lambda: "detail=hot" in layer(), "a hot answer")
    assert on_disk()
    assert reload(server, none)["changed"] == "cache.memory_bytes, cache.disk_bytes, delivery.hot_bytes"
    wait_until(lambda: not on_disk(), "the disk cache to be empty")
    assert ["hit" in layer() for _ in range(3)] == [False] * 3, "nothing is kept any more"
    assert not on_disk()
    reload(server, full)
    wait_until(lambda: "detail=hot" in layer(), "a hot answer")
    assert on_disk()
    assert not lines_of(server, "restart_needed")


def test_memory_for_what_renders_are_made_from_is_given_back(start_server):
    sizes = "[cache]\nmemory_bytes = 0\n[delivery]\nhot_bytes = 0\nbase_bytes = {}\n"
    server = start_server(sizes.format(64 << 20))
    org = server.organization()
    image = org.add(pictures.photo(2500, 1900, seed=1804))["hash"]
    widths = iter(range(100, 200))

    def pyramids():
        """Files in memory that the server holds, once nothing is under way."""
        assert org.render(f"/_iiif/{image}/full/{next(widths)},/0/default.jpg").status_code == 200
        return len(server.files_in_memory())

    wait_until(lambda: pyramids() > 0, "a pyramid to lie open")
    assert reload(server, sizes.format(0))["changed"] == "delivery.base_bytes"
    wait_until(lambda: pyramids() == 0, "it to be closed")
    reload(server, sizes.format("'64MiB'"))
    wait_until(lambda: pyramids() > 0, "a pyramid to lie open")
    assert not lines_of(server, "restart_needed")


def test_how_long_answers_may_be_kept_changes_for_hot_ones_too(start_server):
    server = start_server("[delivery]\nmax_age_seconds = 1000\n")
    org = server.organization()
    path = f"/dynamic/resize-width-10/{org.add(pictures.photo(64, 48, seed=1801))['hash']}.jpg"

    def hot():
        answer = org.render(path)
        return answer if "detail=hot" in answer.headers["Cache-Status"] else None

    assert "max-age=1000" in wait_until(hot, "a hot answer").headers["Cache-Control"]
    reload(server, "[delivery]\nmax_age_seconds = 2000\n")
    assert "max-age=2000" in org.render(path).headers["Cache-Control"]
    assert "max-age=2000" in wait_until(hot, "a hot answer").headers["Cache-Control"]
