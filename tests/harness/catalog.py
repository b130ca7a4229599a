"""The catalog behind the server's back."""

import sqlite3
from pathlib import Path

# The SQL that takes a migration back, in a file that is called as the migration is (tests/storage/reverts.h).
REVERTS = Path(__file__).parents[1] / "storage" / "reverts"


def take_back_to(version, database):
    """Makes a catalog of an older version of this program's; `database` is a connection."""
    by_number = {int(file.name.split("_")[0]): file for file in REVERTS.iterdir()}
    for number in sorted(by_number, reverse=True):
        if number > version:
            database.executescript(by_number[number].read_text())
    database.execute(f"PRAGMA user_version = {version}")


def by_hand(server, sql, *values):
    """SQL by a program that knows nothing of us."""
    with sqlite3.connect(server.data / "catalog.sqlite", timeout=60) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection.execute(sql, values).fetchall()
