import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The packages as the lock file says; installed when that has changed, and only then."""
    folder = HERE / "node_modules"
    mark = folder / ".installed-for"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE,
                              capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        mark.write_text(wanted)
    return folder


@pytest.fixture(scope="session")
def python_packages() -> Path:
    """Those that Debian does not have, as requirements.txt says; installed when that has changed, and only then."""
    folder = HERE / "python_packages"
    mark = folder / ".installed-for"
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        done = subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
                               "--require-hashes", "--target", folder, "--requirement", requirements],
                              capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        mark.write_text(wanted)
    return folder
