"""Programs that are no files: `python -c`, standard input, what is typed at the prompt, `exec`."""

from __future__ import annotations

import linecache
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sourcead
from sourcead.errors import SourceUnavailableError

ROOT = Path(__file__).parent.parent
PROGRAM = """import sourcead
def f(x):
    return (lambda y: y * 2.0)(x) * x

print(sourcead.grad(f)(3.0), sourcead.grad(lambda x: x * 7.0)(1.0))
"""
RIGHT = "12.0 7.0"


def python(*arguments: str, **given: Any) -> str:
    """What a new Python prints, or complains of."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SOURCEAD_CACHE": "0",
            "PYTHON_BASIC_REPL": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        **given,
    )
    return (done.stdout or done.stderr).strip()


@pytest.mark.parametrize("arguments", [("-c", PROGRAM), ("-Bc" + PROGRAM, "-x", "file.py")])
def test_a_program_on_the_command_line(arguments: tuple[str, ...]) -> None:
    assert python(*arguments) == RIGHT


@pytest.mark.parametrize("arguments", [(), ("-", "-c", "1")])
def test_a_file_on_standard_input(arguments: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"# coding: latin-1\n# {'é' * 9}\n{PROGRAM}", encoding="latin-1")
    with path.open() as file:
        assert python(*arguments, stdin=file) == RIGHT


def test_what_is_piped_in_is_refused_with_what_to_do() -> None:
    last = python("-", input=PROGRAM).splitlines()[-1]
    assert last.startswith("sourcead.errors.SourceUnavailableError: the source of f cannot be read")
    assert "piped into Python" in last
    assert "define it in a file" in last


def test_the_prompt() -> None:
    """From 3.13 on Python keeps what is typed."""
    kept = sys.version_info >= (3, 13)
    assert (RIGHT if kept else "typed at its prompt, nobody keeps") in python("-iq", input=PROGRAM)


TEXT = "def cell(x):\n    return x * {}\n"


def executed(factor: float, shown: float, name: str) -> Any:
    """A function from `exec`, with a text in `linecache` under its file name."""
    text = TEXT.format(shown)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    names: dict[str, Any] = {}
    exec(compile(TEXT.format(factor), name, "exec"), names)
    return names["cell"]


def test_exec_with_a_text_in_linecache() -> None:
    assert sourcead.grad(executed(3.0, 3.0, "<cell 1>"))(1.0) == 3.0
    # The text of another program of that name: as after a cell was run again with other text.
    with pytest.raises(
        SourceUnavailableError, match="what runs as cell differs from what <cell 2>"
    ):
        sourcead.grad(executed(3.0, 4.0, "<cell 2>"))(1.0)


@pytest.mark.parametrize("command", ["", "import sys"])
def test_exec_without_a_text(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if command:  # what Python 3.13 keeps of `python -c`, under the name that `exec` gives too
        entry = len(command), None, [f"{command}\n"], "<string>"
        monkeypatch.setitem(linecache.cache, "<string>", entry)
    names: dict[str, Any] = {}
    exec(TEXT.format(2.0), names)
    with pytest.raises(SourceUnavailableError, match="run by `exec` nobody keeps") as caught:
        sourcead.grad(names["cell"])(1.0)
    assert "linecache.cache" in caught.value.fix

    def caller(x):
        return names["cell"](x)

    with pytest.raises(sourcead.SourceadError):
        sourcead.grad(caller)(1.0)
