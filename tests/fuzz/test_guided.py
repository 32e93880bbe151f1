"""Coverage guides a fuzzer over every reader and over whole requests, and it finds nothing."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.conftest import DEEP

TOP = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("target", "runs"), [("readers", 5_000), ("requests", 600)])
def test_a_fuzzer_guided_by_coverage_finds_nothing(
    target: str, runs: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine: it is built for Linux on x86-64")
    runs *= 50 if DEEP else 1
    told = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", target, f"-runs={runs}", "-seed=1", "-max_len=400",
         "-len_control=0", f"-artifact_prefix={tmp_path}/"],
        cwd=TOP, capture_output=True, text=True, check=False, timeout=3_600,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3_000:]
    assert f"Done {runs} runs" in told.stderr
    found = re.findall(r"cov: (\d+)", told.stderr)
    assert int(found[-1]) > int(found[0]), "coverage guides nothing: nothing is instrumented"
    record_property("fuzzed", runs)
