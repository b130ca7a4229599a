"""Configuration: file, environment, flags; the last wins, and nothing is silently ignored."""

import re
import subprocess

import pytest
import requests

from harness import pictures
from harness.server import PROGRAM, Rucola, clean_environment, run_command
from harness.waiting import wait_until


def config(tmp_path, text="", environment=None):
    path = tmp_path / "rucola.toml"
    path.write_text(text)
    return run_command("config", "--config", path, environment=environment)


def line(done, key):
    """The line of a key, such as `queue_limit = 7   # from: …`."""
    assert done.returncode == 0, done.stderr
    found = [text for text in done.stdout.splitlines() if text.startswith(key + " =")]
    assert len(found) == 1, done.stdout
    return found[0]


def test_every_parameter_is_documented(tmp_path):
    done = run_command("config")
    assert done.returncode == 0
    for section in ("server", "storage", "cache", "render", "delivery", "purge", "remote_fetch", "log"):
        assert f"[{section}]" in done.stdout
    for key in ("listen", "data", "workers", "alias_per_hour", "repeat_after_seconds", "render_domain", "drain"):
        assert "from: default" in line(done, key)


def test_the_file_wins_over_defaults_and_the_environment_over_the_file(tmp_path):
    text = "[render]\nqueue_limit = 7\nworkers = 3\n"
    done = config(tmp_path, text, {"RUCOLA_RENDER_QUEUE_LIMIT": "9"})
    assert "= 9" in line(done, "queue_limit") and "RUCOLA_RENDER_QUEUE_LIMIT" in line(done, "queue_limit")
    assert "= 3" in line(done, "workers") and "rucola.toml:3" in line(done, "workers")
    assert "from: default" in line(done, "job_timeout")


def test_a_flag_wins_over_the_environment(start_server, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    server = start_server(f'[storage]\ndata = "{tmp_path}/from-file"\n',
                          environment={"RUCOLA_STORAGE_DATA": str(elsewhere), "RUCOLA_SERVER_LISTEN": "127.0.0.1:1"})
    assert not elsewhere.exists() and not (tmp_path / "from-file").exists()
    assert (server.data / "catalog.sqlite").exists()


def test_the_environment_alone_configures_a_server(tmp_path):
    data = tmp_path / "data"
    with open(tmp_path / "out", "wb") as out:
        process = subprocess.Popen([str(PROGRAM), "serve"], stdout=out, stderr=subprocess.DEVNULL, cwd=tmp_path,
                                   env=clean_environment({"RUCOLA_STORAGE_DATA": str(data),
                                                          "RUCOLA_SERVER_LISTEN": "127.0.0.1:0"}))
    try:
        wait_until(lambda: "ready" in (tmp_path / "out").read_text(), "the banner")
        assert (data / "catalog.sqlite").exists()
    finally:
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.parametrize("text,mentions", [
    ("[render]\nworkerz = 3\n", ["render.workerz", "rucola.toml:2"]),
    ("[rendering]\nworkers = 3\n", ["rendering"]),
    ("workers = 3\n", ["workers", "section"]),
    ("[render]\nworkers = -1\n", ["render.workers", "-1", "0 to 256"]),
    ("[render]\nworkers = 257\n", ["render.workers", "257"]),
    ('[render]\nworkers = "many"\n', ["render.workers", "many"]),
    ("[render]\nworkers = 1.5\n", ["render.workers"]),
    ("[render]\nworkers = \n", ["rucola.toml:2"]),
    ('[render]\nworker_memory = "575MiB"\n', ["render.worker_memory", "575MiB", "576MiB"]),
    ('[log]\nlevel = "loud"\n', ["log.level", "loud", "warning"]),
    ('[cache]\nmemory_bytes = "12 elephants"\n', ["cache.memory_bytes", "elephants"]),
    ('[[cdn]]\nkind = "varnich"\nurl = "http://127.0.0.1:1"\n', ["kind", "varnich", "varnish"]),
    ('[[cdn]]\nkind = "varnish"\nurll = "http://127.0.0.1:1"\n', ["urll"]),
    ('[[cdns]]\nkind = "varnish"\n', ["cdns"]),
], ids=lambda value: value.replace("\n", " ")[:40] if isinstance(value, str) else "")
def test_what_is_wrong_stops_the_start_up_with_the_key_and_what_is_allowed(tmp_path, text, mentions):
    done = config(tmp_path, text)
    assert done.returncode != 0
    for word in mentions:
        assert word in done.stderr, done.stderr
    path = tmp_path / "rucola.toml"
    serve = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", "127.0.0.1:0")
    assert serve.returncode != 0
    assert serve.stderr == done.stderr
    assert "docs/configuration.md" in done.stderr or "rucola.toml:" in done.stderr


@pytest.mark.parametrize("text,mentions", [
    ('[remote_fetch]\nallow_networks = ["everywhere"]\n', ["remote_fetch.allow_networks", "everywhere"]),
    ('[server]\ntrusted_proxies = ["10.0.0.0/99"]\n', ["server.trusted_proxies", "10.0.0.0/99"]),
    ('[server]\npath_prefix = "//evil.example"\n', ["server.path_prefix", "//evil.example", "/img"]),
    ('[server]\npath_prefix = "img"\n', ["server.path_prefix", "/img"]),
    ('[delivery]\ntag_headers = ["xkey", "X Key:"]\n', ["delivery.tag_headers", "X Key:"]),
    ('[server]\nforwarded_host_header = "X-Forwarded-Host:"\n', ["server.forwarded_host_header", "without a colon"]),
    ('[server]\nforwarded_prefix_header = "X Prefix"\n', ["server.forwarded_prefix_header"]),
    ('[[cdn]]\nkind = "varnish"\nurl = "http://127.0.0.1:1"\n', ["secret"]),
    ('[[cdn]]\nkind = "varnish"\nurl = "nonsense"\nsecret = "x"\n', ["nonsense"]),
    ('[[cdn]]\nurl = "http://127.0.0.1:1"\nsecret = "x"\n', ["kind"]),
])
def test_what_only_a_server_can_find_wrong_stops_it_too(tmp_path, text, mentions):
    path = tmp_path / "rucola.toml"
    path.write_text(text)
    done = run_command("serve", "--config", path, "--data", tmp_path / "data", "--listen", "127.0.0.1:0")
    assert done.returncode != 0
    for word in mentions:
        assert word in done.stderr, done.stderr


@pytest.mark.parametrize("arguments,mentions", [
    (["--listen", "127.0.0.1"], ["127.0.0.1"]), (["--listen", "nonsense:port"], ["nonsense:port"]),
    (["--listen", "127.0.0.1:99999"], ["99999"]), (["--config", "/does/not/exist.toml"], ["/does/not/exist.toml"]),
    (["--data", "/proc/nothing"], ["/proc/nothing"]),
])
def test_flags_that_are_wrong_stop_the_start_up(tmp_path, arguments, mentions):
    given = ["--data", tmp_path / "data", "--listen", "127.0.0.1:0"]
    for flag in ("--data", "--listen"):
        if flag in arguments:
            at = given.index(flag)
            del given[at:at + 2]
    done = run_command("serve", *given, *arguments)
    assert done.returncode != 0
    for word in mentions:
        assert word in done.stderr


def test_an_unknown_environment_variable_stops_the_start_up(tmp_path):
    done = config(tmp_path, "", {"RUCOLA_RENDER_WORKERZ": "3"})
    assert done.returncode != 0
    assert "RUCOLA_RENDER_WORKERZ" in done.stderr


def test_the_purge_secret_of_the_shipped_vcl_is_no_unknown_variable(tmp_path):
    assert config(tmp_path, "", {"RUCOLA_PURGE_SECRET": "x"}).returncode == 0


def test_secrets_are_not_printed(tmp_path):
    text = '[[cdn]]\nkind = "varnish"\nurl = "http://127.0.0.1:6081"\nsecret = "very-secret-indeed"\n'
    done = config(tmp_path, text)
    assert done.returncode == 0, done.stderr
    assert "very-secret-indeed" not in done.stdout + done.stderr
    assert "(set)" in done.stdout


def test_a_port_that_is_taken_is_told(server, tmp_path):
    """SO_REUSEPORT must not let a second server take half of the first one's connections."""
    done = run_command("serve", "--data", tmp_path / "data", "--listen", f"127.0.0.1:{server.port}")
    assert done.returncode != 0
    assert str(server.port) in done.stderr


def test_the_banner_says_where(own_server):
    banner = own_server.banner()
    assert own_server.url in banner
    assert str(own_server.data) in banner


def test_the_banners_command_works_as_it_stands(tmp_path):
    """It began with `rucola`, which no shell found after `make serve`; a folder with a blank was two words."""
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    (folder / "my build").symlink_to(PROGRAM.parent)
    out = tmp_path / "out"
    with out.open("wb") as banner:
        command = ["my build/rucola", "serve", "--data", "my data", "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=banner, stderr=subprocess.DEVNULL, cwd=folder, env=clean_environment())
    try:
        wait_until(lambda: "every setting" in out.read_text(), "the banner")
        for typed in (re.search(r"^  next +(.*)$", out.read_text(), re.MULTILINE)[1], re.search("`(.*)`", out.read_text())[1]):
            done = subprocess.run(typed, shell=True, cwd=folder, capture_output=True, text=True, env=clean_environment(), timeout=120)
            assert done.returncode == 0 and done.stdout, typed + done.stderr
        assert sorted(path.name for path in folder.iterdir()) == ["my build", "my data"]
    finally:
        process.terminate()
        assert process.wait(60) == 0


def test_the_log_is_one_json_line_a_request(start_server):
    server = start_server('[log]\nformat = "json"\n')
    org = server.organization()
    org.add(pictures.photo(16, 12))
    requests.get(server.url + "/nothing?a=b", timeout=60)

    def logged(target):
        return [entry for entry in server.log_lines() if entry.get("target") == target]

    entries = wait_until(lambda: logged("/nothing?a=b"), "the request to be logged")
    assert len(entries) == 1
    assert (entries[0]["method"], entries[0]["status"]) == ("GET", 404)
    assert len(wait_until(lambda: logged(f"/sourceimages/{org.organization}"), "the upload to be logged")) == 1
    assert org.key not in server.log()
    for text in server.log().splitlines():
        assert text.startswith("{") and text.endswith("}"), text


def test_the_log_can_be_text_and_quiet(start_server):
    server = start_server('[log]\nformat = "text"\n[server]\naccess_log = "off"\n')
    requests.get(server.url + "/nothing", timeout=60)
    assert server.stop() == 0
    assert "/nothing" not in server.log()
    assert not server.log().startswith("{")


def test_a_second_server_on_the_same_data_keeps_everything_right(own_server):
    """Two nodes on one machine: a move by one is seen by the very next request to the other."""
    second = Rucola(data=own_server.data)
    with second:
        first_org = own_server.organization("two")
        other = second.anonymous("two").with_key(first_org.key)
        hashes = [first_org.add(pictures.solid(colour))["hash"] for colour in (pictures.RED, pictures.BLUE)]
        for number in range(10):
            mover, reader = (first_org, other) if number % 2 else (other, first_org)
            mover.point("logo", hashes[number % 2])
            assert reader.alias("logo").json()["hash"] == hashes[number % 2]
            by_alias = reader.render("/dynamic/resize-width-9/-_logo_-.png")
            assert by_alias.content == mover.render(f"/dynamic/resize-width-9/{hashes[number % 2]}.png").content
