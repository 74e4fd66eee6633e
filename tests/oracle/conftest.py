"""One running engine for all tests that ask ODK."""

from collections.abc import Iterator

import pytest

from tests.oracle.odk import Engine, available


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """ODK's engine; a test that wants it is skipped where it cannot run."""
    reason = available()
    if reason:
        pytest.skip(reason)
    with Engine() as running:
        yield running
