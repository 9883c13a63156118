"""Locks for compiling: many threads ask for one derivative, and it is made once.

They only save work. Whoever waits for long, for whatever reason, goes on and compiles for itself,
so that no order in which locks are taken can stop a program; and a process that was forked while
another thread compiled has locks of its own.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

# Seconds after which nobody waits any longer for what another thread compiles.
PATIENCE = 60.0


class CompileLock:
    """A lock that the thread which holds it may take again."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _locks.add(self)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, or go on without it after a long wait."""
        lock = self._lock
        mine = lock.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if mine:
                lock.release()

    def renew(self) -> None:
        """Forget who held it: that thread does not exist in this process."""
        self._lock = threading.RLock()


def lock_of(code: CodeType) -> CompileLock:
    """The lock for compiling functions that have some code."""
    return _by_code.setdefault(code, CompileLock())


_by_code: weakref.WeakKeyDictionary[CodeType, CompileLock] = weakref.WeakKeyDictionary()
_locks: weakref.WeakSet[CompileLock] = weakref.WeakSet()
# Held while the compiler is imported: a fork in the middle would leave it half imported for ever.
importing = CompileLock()
_held_over_fork: list[Any] = []


def _before() -> None:
    rules = sys.modules.get("sourcead.rules.table")
    for lock in (importing._lock, getattr(rules, "loading", None)):
        if lock is not None and lock.acquire(timeout=PATIENCE):
            _held_over_fork.append(lock)


def _after_in_parent() -> None:
    while _held_over_fork:
        _held_over_fork.pop().release()


def _after_in_child() -> None:
    _after_in_parent()
    for lock in list(_locks):
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
    )
