"""Options and fixtures of the whole suite."""

from __future__ import annotations

import difflib
import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

GOLDEN = Path(__file__).parent / "golden"

# The matrices of the tests are small: BLAS threads only fight with the parallel test workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A test must see what the compiler does now, not what an earlier run kept on disk.
os.environ["SOURCEAD_CACHE"] = "0"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the files in tests/golden from what the compiler writes now",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is tested of one program comes in a row, so that it is lowered and compiled once."""
    first: dict[Any, int] = {}
    places = {item: first.setdefault(_program_of(item), k) for k, item in enumerate(items)}
    items.sort(key=places.__getitem__)


def _program_of(item: pytest.Item) -> Any:
    """The program of the corpus that a test is about; any other test is on its own."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    program = getattr(given.get("entry"), "f", given.get("f"))
    home = getattr(program, "__module__", None) or ""
    return program if home.startswith("tests.corpus.") else item


def pytest_collection_finish() -> None:
    """The tests and what they import live to the end: the collector need not walk them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


# A generated loop that does not end must fail its test, not hold up the suite.
TIME_LIMIT = 120


@pytest.fixture(autouse=True)
def time_limit() -> Iterator[None]:
    """Fail a test that runs for longer than `TIME_LIMIT` seconds, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def expired(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"the test has run for {TIME_LIMIT} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(TIME_LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name, or rewrite it under `--update-golden`."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"no {path.name}: write it with `pytest --update-golden`, and read it"
        kept = path.read_text(encoding="utf-8")
        difference = difflib.unified_diff(
            kept.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm=""
        )
        assert kept == text, "\n" + "\n".join(difference)

    return compare
