"""What an interrupted block leaves behind: the state at each operation that may raise.

A handler sees the names as they were when the exception was raised. A name or an object that is
the same at every such place is what it is then; any other is half computed.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from sourcead.errors import Diagnostic
from sourcead.frontend.bindings import (
    FLAGS,
    HALF,
    RAISED,
    RETURN,
    UNBOUND,
    Binding,
    Cell,
    Lost,
    Maybe,
    State,
    Static,
)
from sourcead.frontend.frame import Frame
from sourcead.ir.attempts import may_raise
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ArrayT, ListT, ScalarT, kind_of, rank_of

INTERRUPTED = Lost(
    "was being written when a `try` block was interrupted",
    "writes to a copy, which the last statement of the block assigns, or writes after the `try`",
)
READ_LATER = "is read in one of several handlers"
OWN = (*FLAGS, RETURN, RAISED)


def is_of_interruption(found: Diagnostic) -> bool:
    """Whether something is refused for want of knowing how far a block came."""
    return any(what in found.message for what in (INTERRUPTED.what, HALF.what, READ_LATER))


class Watch:
    """The states in which the block of one `try` may be interrupted by some exceptions."""

    def __init__(self, frame: Frame, classes: list[Any]) -> None:
        self.frame = frame
        self.classes = classes
        self.before = frame.state.copy()
        self.names: dict[str, Binding] = {}
        self.lost: set[Cell] = set()
        self.noted = False

    def emitted(self, op: Op) -> None:
        """The block may be interrupted here, if that is what the operation may do."""
        # What is inside its regions has been noted there.
        if not op.regions and may_raise(op) and _concerns(op, self.classes):
            self.here()

    def is_inside(self, other: Watch) -> bool:
        """Whether whatever this one would catch is caught by another one further in."""
        return all(any(_is_kind(a, b) for b in other.classes) for a in self.classes)

    def here(self) -> None:
        """The block may be interrupted here."""
        env = self.frame.state.env
        for name in dict.fromkeys((*self.before.env, *env, *self.names)):
            now = env.get(name, UNBOUND)
            known = self.names.get(name, now if not self.noted else UNBOUND)
            self.names[name] = known if _same(now, known) else HALF
        self.noted = True
        contents = self.frame.state.contents
        self.lost |= {c for c, old in self.before.contents.items() if contents.get(c) is not old}

    def state(self) -> State:
        """The state in which the handler begins. Values of the block are none of it."""
        found = self.before.copy()
        for name, binding in self.names.items():
            before = self.before.env.get(name, UNBOUND)
            if name in OWN or binding is before:
                continue
            if isinstance(before, Maybe) and binding is before.binding:
                pass  # it has been read, and so was bound wherever the block may be interrupted
            elif isinstance(binding, Value):
                binding = self._literal(binding)
            elif not isinstance(binding, Static):
                binding = HALF
            found.env[name] = binding
        for cell in self.lost & found.contents.keys():
            found.contents[cell] = INTERRUPTED
        return found

    def _literal(self, value: Value) -> Binding:
        """A number that is known, to be written again in the handler."""
        known = constant(value)
        return HALF if known is MISSING else self.frame.const(known)


def _is_kind(a: Any, b: Any) -> bool:
    kinds = b if isinstance(b, tuple) else (b,)
    return a is b or (isinstance(a, type) and any(
        isinstance(kind, type) and issubclass(a, kind) for kind in kinds
    ))  # fmt: skip


def _same(a: Binding, b: Binding) -> bool:
    if a is b or (isinstance(a, Static) and a == b):
        return True
    if isinstance(b, Maybe) and a is b.binding:
        return True  # it has been read: nothing was assigned
    if isinstance(a, Value) and isinstance(b, Value):
        x, y = constant(a), constant(b)
        return x is not MISSING and type(x) is type(y) and repr(x) == repr(y)
    return False


# What arithmetic may raise; warnings may be errors.
OF_ARITHMETIC = (ArithmeticError, Warning)
ARITHMETIC = ("add", "sub", "mul", "div", "neg", "pos", "lt", "le", "gt", "ge", "eq", "ne")
# Functions of each element that look at their arguments.
PARTICULAR = ("np.power", "np.float_power", "np.ldexp")
# What only a `raise`, or what is called, or linear algebra ever raises.
OF_CALLS = (StopIteration, np.linalg.LinAlgError)


def _concerns(op: Op, classes: list[Any]) -> bool:
    """Whether what an operation may raise may be one of these exceptions."""
    possible = _possible(op)
    if possible is not None:
        return any(_is_kind(a, b) or _is_kind(b, a) for a in possible for b in classes)
    called = op.name in ("call", "effect", "raise") or "linalg" in op.name
    return called or not all(_is_kind(cls, OF_CALLS) for cls in classes)


def _possible(op: Op) -> tuple[type[BaseException], ...] | None:
    """The exceptions that an operation may raise, None where these may be any."""
    types = [v.type for v in op.operands]
    if op.name == "raise":
        exc = op.attrs["exc"]
        known = getattr(builtins, exc, None) if isinstance(exc, str) else None
        return (known,) if isinstance(known, type) else None
    indices = types[1:]
    if op.name == "getitem" and all(isinstance(t, ScalarT) and t.kind == "int" for t in indices):
        return (IndexError,) if isinstance(types[0], ListT) or rank_of(types[0]) else None
    if not all(isinstance(t, ScalarT | ArrayT) and rank_of(t) is not None for t in types):
        return None
    # Of several arrays the shapes may not fit each other.
    several = sum(rank_of(t) != 0 for t in types) > 1
    if several or any(kind_of(t) in (None, "complex") for t in types):
        return None
    if op.name in ARITHMETIC:
        return OF_ARITHMETIC
    return (*OF_ARITHMETIC, TypeError) if _is_of_elements(op.name) else None


def _is_of_elements(name: str) -> bool:
    """Whether this is a function of NumPy's that is applied to each element."""
    library, _, function = name.rpartition(".")
    found = getattr(np, function, None) if library == "np" else None
    return isinstance(found, np.ufunc) and found.signature is None and name not in PARTICULAR
