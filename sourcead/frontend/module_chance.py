"""What differs between two runs of a module: clocks, the system's own chance, random states."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sourcead.frontend.module_effects import Effects

# The states of the generators that all modules of a process share.
NUMPY, PYTHON = "<numpy.random>", "<random>"
# What gives another thing at each run, whatever has been set before.
CLOCK, UNSEEDED = "<clock>", "<unseeded>"
_CLOCKS = {
    "asctime", "ctime", "gmtime", "localtime", "monotonic", "monotonic_ns", "now", "perf_counter",
    "perf_counter_ns", "process_time", "process_time_ns", "strftime", "thread_time", "time",
    "time_ns", "today", "urandom", "utcnow", "uuid1", "uuid4",
}  # fmt: skip
_WITH_CLOCKS = {"time", "datetime", "os", "uuid"}
_OF_THE_SYSTEM = {"secrets", "tempfile"}
_MAKERS = {"default_rng", "RandomState", "SeedSequence", "Random", *dir(np.random.bit_generator)}
_SEEDING = {"seed", "set_state", "setstate"}
# Parameters of library functions that say where random numbers come from.
_SOURCES = {"random_state", "rng", "seed"}


def note_library(effects: Effects, target: Any, draws: bool, node: ast.Call) -> None:
    """A function of a trusted library; `draws` where it is one of NumPy's global generator."""
    name = getattr(target, "__name__", "")
    given = {k.arg for k in node.keywords}
    if isinstance(target, type) or name == "default_rng":
        _note_made(effects, target, node)
    elif draws or (takes_a_source(target) and given.isdisjoint({*_SOURCES, None})):
        _note_drawn(effects, NUMPY, name, node)


def note_standard(effects: Effects, path: str, node: ast.Call) -> None:
    """A function of the standard library."""
    root, _, name = path.rpartition(".")
    home = root.partition(".")[0]
    if home == "random" and name[:1].isupper():
        _note_unless_seeded(effects, node)
    elif home == "random":
        _note_drawn(effects, PYTHON, name, node)
    elif home in _OF_THE_SYSTEM or (home in _WITH_CLOCKS and name in _CLOCKS):
        effects.varies.setdefault(CLOCK, node)


def _note_made(effects: Effects, target: Any, node: ast.Call) -> None:
    home = getattr(target, "__module__", "") or ""
    if home.startswith("numpy.random") and target.__name__ in _MAKERS:
        _note_unless_seeded(effects, node)


def _note_unless_seeded(effects: Effects, node: ast.Call) -> None:
    if not _is_given(node):
        effects.varies.setdefault(UNSEEDED, node)


def _note_drawn(effects: Effects, state: str, name: str, node: ast.Call) -> None:
    effects.reads.add(state)
    effects.write({state}, reshapes=False)
    if name in _SEEDING and _is_given(node):
        effects.kills.add(state)
    elif state not in effects.kills:
        effects.varies.setdefault(state, node)


def _is_given(node: ast.Call) -> bool:
    """Whether a call is handed something to begin with."""
    given = [*node.args, *(k.value for k in node.keywords)]
    return any(not (isinstance(v, ast.Constant) and v.value is None) for v in given)


@lru_cache(maxsize=1024)
def takes_a_source(target: Any) -> bool:
    """Whether a function draws from the global generator where it is given no other."""
    if not (getattr(target, "__module__", "") or "").startswith("scipy"):
        return False
    if getattr(target, "__name__", "") == "rvs":
        return True
    try:
        names = inspect.signature(target).parameters
    except (TypeError, ValueError):
        return False
    return not _SOURCES.isdisjoint(names)


def is_bare_generator(node: ast.stmt, made: ast.AST) -> bool:
    """`rng = np.random.default_rng()`, from which nothing has been drawn yet."""
    return isinstance(node, ast.Assign | ast.AnnAssign) and node.value is made
