"""What holds for every test: a skip is said loudly, and where CI=true it is a failure."""

import os

import pytest

COUNTED = {
    "played": "cases played through FHIR",
    "quirks": "quirks read",
    "dialects": "dialects of hook requests answered",
    "cohort": "generated patients judged",
    "fuzzed": "fuzz examples",
    "suggested": "suggested resources valid by two validators",
    "valuesets": "value sets valid by two validators",
    "linted": "files linted",
}
"""Properties that tests record, and how their sum is told at the end."""


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run with skips red on CI: there, every part a test needs must have been installed."""
    if exitstatus == pytest.ExitCode.OK and _skipped(session.config) and _on_ci():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how much was played, and every skipped test with its reason in a section of its own."""
    for name, words in COUNTED.items():
        count = _counted(terminalreporter, name)
        if count:
            terminalreporter.line(f"{count} {words}")
    skipped = _skipped(config)
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} NOT RUN", sep="!", red=True, bold=True)
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")
    if _on_ci():
        terminalreporter.line("CI=true: a skipped test fails the run.", red=True)


def _counted(terminalreporter: pytest.TerminalReporter, counted: str) -> int:
    reports = [report for word in ("passed", "failed") for report in terminalreporter.stats.get(word, ())]
    return sum(value for report in reports for name, value in report.user_properties if name == counted)


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", ())) if reporter else []


def _on_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"
