"""What holds for every test: a skip is said loudly, and where CI=true it is a failure."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run with skips red on CI: there, every part a test needs must have been installed."""
    if exitstatus == pytest.ExitCode.OK and _skipped(session.config) and _on_ci():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how many cases were played, and every skipped test with its reason in a section of its own."""
    played = _played(terminalreporter)
    if played:
        terminalreporter.line(f"{played} cases played through FHIR")
    skipped = _skipped(config)
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} NOT RUN", sep="!", red=True, bold=True)
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")
    if _on_ci():
        terminalreporter.line("CI=true: a skipped test fails the run.", red=True)


def _played(terminalreporter: pytest.TerminalReporter) -> int:
    reports = [report for word in ("passed", "failed") for report in terminalreporter.stats.get(word, ())]
    return sum(value for report in reports for name, value in report.user_properties if name == "played")


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", ())) if reporter else []


def _on_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"
