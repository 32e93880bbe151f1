"""One service for all fuzzing, and how long it goes on."""

import os

import pytest

from tests.fuzz.holding import Service

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


@pytest.fixture(scope="package")
def service() -> Service:
    """The whole service, overheard."""
    return Service()
