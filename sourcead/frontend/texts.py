"""Where the text of a code object may stand: files, notebook cells, the command line.

Nothing here decides whether a text is the right one: `proof.py` does.
"""

from __future__ import annotations

import ast
import io
import linecache
import os
import stat
import sys
import threading
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import CodeType
from typing import Any

Lines = list[str]
# Seconds after which nobody waits any longer for another thread to have found a text.
PATIENCE = 10.0


class _Alone:
    """One thread at a time parses texts, without being warned of what is odd in them: whoever
    compiled them has been. A process that is forked meanwhile has a lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        lock = self._lock
        if not lock.acquire(timeout=PATIENCE):
            yield
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            lock.release()


alone = _Alone()


# What is typed, piped in, given to `python -c` or run by `exec` has one of these names: the text
# that Python keeps under such a name need not be that of the code at hand.
NAMES_OF_MANY = ("<string>", "<stdin>")


def texts_at(code: CodeType, namespace: dict[str, Any]) -> Iterator[Lines]:
    """The lines of the file that a code object names, as they are and as they have been.

    Args:
        code: the code of a function.
        namespace: its globals, by which imports from archives are read.

    Yields:
        What `linecache` shows of the file as it is now; what it showed before the file changed;
        what is on disk where the file was changed twice in a moment. A text that is not followed by
        another one is what `linecache` goes on to show.
    """
    file = code.co_filename
    before = linecache.cache.get(file)
    linecache.checkcache(file)
    shown = _lines_of(code, namespace)
    if shown:
        yield shown
    after = linecache.cache.get(file)
    if before is not None and len(before) == 4 and before[2] != shown:
        linecache.cache[file] = before
        yield before[2]
        if after is not None:
            linecache.cache[file] = after
    if after is not None and len(after) == 4 and after[1] is not None:
        fresh = linecache.updatecache(file, namespace)
        if fresh != shown:
            yield fresh


def _lines_of(code: CodeType, namespace: dict[str, Any]) -> Lines:
    # From Python 3.13 on what is typed at the prompt, or given to `python -c`, is kept by its code.
    by_code = getattr(linecache, "_getlines_from_code", None)
    lines: Lines = by_code(code) if by_code is not None else []
    return lines or linecache.getlines(code.co_filename, namespace)


def texts_elsewhere(code: CodeType) -> Iterator[Lines]:
    """Texts that a function without a file may have been written in.

    Args:
        code: the code of a function.

    Yields:
        The text after `python -c`, or a file that is standard input; what the magic functions of
        notebook cells were given to run, the newest first.
    """
    if code.co_filename == "<string>":
        yield from (_lines(text) for text in _command_lines())
    if code.co_filename == "<stdin>":
        yield from (_lines(text) for text in _standard_input())
    if code.co_filename.startswith("<"):
        yield from (_lines(text) for text in _magics())


def _lines(text: str) -> Lines:
    """The lines as Python counts them."""
    return io.StringIO(text).readlines()


def _command_lines() -> Iterator[str]:
    """What may follow `-c`, which need not stand alone: `python -Bc text`."""
    for option, text in zip(sys.orig_argv[1:], [*sys.orig_argv[2:], ""], strict=True):
        if option.startswith("-") and "c" in option:
            yield option.partition("c")[2] or text


def _standard_input() -> Iterator[str]:
    """The file that standard input is, read without moving the place in it."""
    with suppress(OSError, SyntaxError, UnicodeDecodeError):
        info = os.fstat(0)
        if stat.S_ISREG(info.st_mode) and hasattr(os, "pread"):
            content = os.pread(0, info.st_size, 0)
            encoding, _ = tokenize.detect_encoding(iter(content.splitlines(True)).__next__)
            yield content.decode(encoding)


def _magics() -> Iterator[str]:
    """What IPython's magic functions were handed: in a cell they are calls with strings."""
    if "IPython" not in sys.modules:
        return
    for entry in reversed(list(linecache.cache.values())):
        if len(entry) == 4 and entry[1] is None:
            yield from _handed_on("".join(entry[2]))


def _handed_on(cell: str) -> Iterator[str]:
    """The statements among the arguments of magic functions in the text of a cell."""
    if "get_ipython().run_" not in cell:
        return
    with suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, ast.Call) and "magic" in getattr(node.func, "attr", ""):
                for given in node.args[1:]:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        text = _transformed(given.value)
                        yield text
                        yield from _without_options(text)
                        yield from _handed_on(text)


def _transformed(text: str) -> str:
    """A cell as IPython runs it, the magic functions in it as calls."""
    shell = sys.modules["IPython"].get_ipython()
    return text if shell is None else str(shell.transform_cell(text))


def _without_options(text: str) -> Iterator[str]:
    """A line less one word after the other, as far as there are options: `-n 1 -r 1 f(2.0)`."""
    while text.startswith("-"):
        for _ in range(2):
            text = text.partition(" ")[2].lstrip()
            yield text
