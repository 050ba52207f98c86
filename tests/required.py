"""In CI a skipped browser or MySQL test is a failure: what is not there was to be installed."""

import os
from collections.abc import Generator

import pytest

REQUIRED = ("mysql", "browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test that CI must run into a failure that repeats the skip's reason."""
    report = yield
    marks = [name for name in REQUIRED if item.get_closest_marker(name)]
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and marks and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"A {marks[0]} test must not be skipped in CI. {reason}"
    return report
