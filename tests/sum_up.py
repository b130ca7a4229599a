"""Sums up the JUnit reports of both runners: `N passed, N failed` is the last line. A skipped test counts as failed,
since no test here may skip; a runner without a report or without a test is a failure of its own."""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path

RUNNERS = {"all": ("unit", "integration"), "unit": ("unit",), "integration": ("integration",),
           "soak": ("integration",)}


def outcome(case: xml.Element) -> bool:
    return case.get("status", "run") not in ("fail", "disabled", "notrun") and not any(
        case.find(kind) is not None for kind in ("failure", "error", "skipped"))


def main(what: str, folder: str) -> int:
    passed = failed = 0
    for runner in RUNNERS[what]:
        report = Path(folder, f"{runner}.xml")
        cases = list(xml.parse(report).iter("testcase")) if report.exists() else []
        if not cases:
            print(f"{runner}: no test ran")
            failed += 1
        for case in cases:
            if outcome(case):
                passed += 1
            else:
                failed += 1
                print(f"failed: {case.get('classname', runner)} {case.get('name')}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
