"""Many threads ask for one derivative, and processes are forked in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.rules import table
from sourcead.runtime import locks, specialise

ROOT = Path(__file__).parent.parent
X = np.array([0.3, -0.7, 1.1])


class Compiler:
    """The compiler, with a count of its calls; each takes a while."""

    def __init__(self, compile: Callable[..., Any]) -> None:
        self.count = 0
        self.started = threading.Event()
        self._compile = compile

    def __call__(self, *args: Any) -> Any:
        self.count += 1
        self.started.set()
        time.sleep(0.2)
        return self._compile(*args)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    specialise.forget()
    counted = Compiler(specialise._compile)
    monkeypatch.setattr(specialise, "_compile", counted)
    yield counted
    specialise.forget()


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What some threads that start together return."""
    results: list[Any] = [None] * count
    together = threading.Barrier(count)

    def run(k: int) -> None:
        together.wait()
        results[k] = work(k)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_threads_compile_a_function_once(compiler: Compiler) -> None:
    def loss(x):
        return np.sum(x**2)

    for result in in_threads(16, lambda _: sourcead.grad(loss)(X)):
        np.testing.assert_allclose(result, 2.0 * X)
    assert compiler.count == 1


def test_threads_compile_closures_of_one_function_once(compiler: Compiler) -> None:
    def scaled(k):
        return lambda x: np.sum(k * x**2)

    for k, result in enumerate(in_threads(16, lambda k: sourcead.grad(scaled(float(k)))(X))):
        np.testing.assert_allclose(result, 2.0 * k * X)
    assert compiler.count == 1


def test_threads_compile_different_functions_at_once(compiler: Compiler) -> None:
    losses = [
        lambda x: np.sum(x**2),
        lambda x: np.sum(np.sin(x)),
        lambda x: x @ x,
    ]
    wanted = [2.0 * X, np.cos(X), 2.0 * X]
    start = time.perf_counter()
    found = in_threads(3, lambda k: sourcead.grad(losses[k])(X))
    assert compiler.count == 3
    assert time.perf_counter() - start < 30.0
    for result, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(result, want)


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever holds a lock, a call goes on in the end, and compiles for itself."""
    monkeypatch.setattr(locks, "PATIENCE", 0.05)

    def loss(x):
        return np.sum(x**3)

    lock = locks.lock_of(loss.__code__)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.held():
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        np.testing.assert_allclose(sourcead.grad(loss)(X), 3.0 * X**2)
    finally:
        done.set()
        thread.join()


def forked(work: Callable[[], None]) -> int:
    """The exit code of a child that does some work; a child that hangs is killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    end = time.monotonic() + 30.0
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_that_was_forked_during_a_compilation(compiler: Compiler) -> None:
    def loss(x):
        return np.sum(x**4)

    gradient = sourcead.grad(loss)
    thread = threading.Thread(target=gradient, args=(X,))
    thread.start()
    compiler.started.wait()
    assert forked(lambda: np.testing.assert_allclose(gradient(X), 4.0 * X**3)) == 0
    thread.join()
    np.testing.assert_allclose(gradient(X), 4.0 * X**3)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_waits_for_rules_that_are_imported() -> None:
    held, done = threading.Event(), threading.Event()

    def load() -> None:
        with table.loading:
            held.set()
            time.sleep(0.05)
            done.set()

    thread = threading.Thread(target=load)
    thread.start()
    held.wait()

    def work() -> None:
        assert done.is_set()
        assert table.loading.acquire(timeout=1.0)

    assert forked(work) == 0
    thread.join()
    assert table.loading.acquire(timeout=1.0)
    table.loading.release()


FORK_DURING_IMPORT = """
import os, signal, sys, threading, time
import sourcead
from sourcead.rules import table

def loss(x):
    return x * x

gradient = sourcead.grad(loss)
thread = threading.Thread(target=gradient, args=(2.0,))
thread.start()
while not any(name.startswith("sourcead.frontend.") for name in list(sys.modules)):
    time.sleep(0.0005)
child = os.fork()
if child == 0:
    signal.alarm(60)
    os._exit(0 if gradient(3.0) == 6.0 else 1)
thread.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), gradient(3.0))
"""


def test_a_child_that_was_forked_while_the_compiler_was_imported(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(FORK_DURING_IMPORT)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCEAD_CACHE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", "6.0"]
