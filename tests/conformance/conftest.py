import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from rokka_client import RokkaClient

HERE = Path(__file__).resolve().parent


def installed(folder: Path, wanted_by: Path, install) -> Path:
    """The packages as that file says; installed when it has changed, and only then, by one of the processes that test."""
    mark = folder / ".installed-for"
    wanted = hashlib.sha256(wanted_by.read_bytes()).hexdigest()
    lock = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            done = install()
            assert done.returncode == 0, done.stderr
            mark.write_text(wanted)
    finally:
        os.close(lock)
    return folder


@pytest.fixture(scope="session")
def node_modules() -> Path:
    def install():
        return subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE,
                              capture_output=True, text=True, timeout=600)

    return installed(HERE / "node_modules", HERE / "package-lock.json", install)


def install_python_packages(requirements: Path, folder: Path) -> Path:
    """Those that Debian does not have."""
    def install():
        shutil.rmtree(folder, ignore_errors=True)
        return subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
                               "--require-hashes", "--target", folder, "--requirement", requirements],
                              capture_output=True, text=True, timeout=600)

    return installed(folder, requirements, install)


@pytest.fixture(scope="session")
def python_packages() -> Path:
    return install_python_packages(HERE / "requirements.txt", HERE / "python_packages")


@pytest.fixture(scope="session")
def schemathesis_packages() -> Path:
    """Apart, since its pytest is another one than ours."""
    return install_python_packages(HERE / "requirements-schemathesis.txt", HERE / "schemathesis_packages")


@pytest.fixture(scope="session")
def rokka_packages(node_modules) -> Path:
    """The folder of npm's packages, with the client in the version that is asked for."""
    manifest = json.loads((node_modules / "rokka" / "package.json").read_text())
    assert manifest["version"] == json.loads((HERE / "package.json").read_text())["dependencies"]["rokka"]
    return node_modules


@pytest.fixture
def connect(rokka_packages, server):
    """Makes clients; takes an organization's Client and more of the package's options."""
    running = []

    def start(org, **config) -> RokkaClient:
        client = RokkaClient({"apiKey": org.key, "apiHost": server.url,
                              "renderHost": server.url + "/render/{organization}",
                              "transport": {"retries": 0}, **config})
        running.append(client)
        return client

    yield start
    for client in running:
        client.close()


@pytest.fixture
def rokka(connect, new_org):
    client = connect(new_org)
    client.org = new_org.organization
    return client
