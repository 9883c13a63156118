"""What an interrupted block leaves behind: the state at each operation that may raise.

A handler sees the names as they were when the exception was raised. A name or an object that is
the same at every such place is what it is then; any other is half computed.
"""

from __future__ import annotations

from typing import Any

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

INTERRUPTED = Lost(
    "was being written when a `try` block was interrupted",
    "writes to a copy, which the last statement of the block assigns, or writes after the `try`",
)
OWN = (*FLAGS, RETURN, RAISED)


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
            if name in OWN or binding is self.before.env.get(name, UNBOUND):
                continue
            if isinstance(binding, Value):
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


def _same(a: Binding, b: Binding) -> bool:
    if a is b or (isinstance(a, Static) and a == b):
        return True
    if isinstance(b, Maybe) and a is b.binding:
        return True  # it has been read: nothing was assigned
    if isinstance(a, Value) and isinstance(b, Value):
        x, y = constant(a), constant(b)
        return x is not MISSING and type(x) is type(y) and repr(x) == repr(y)
    return False


def _concerns(op: Op, classes: list[Any]) -> bool:
    """Whether what an operation may raise may be one of these exceptions.

    Only a `raise` and what is called ever stop an iteration.
    """
    if not all(isinstance(cls, type) and issubclass(cls, StopIteration) for cls in classes):
        return True
    known = op.name == "raise" and isinstance(op.attrs["exc"], str)
    return op.attrs["exc"] == "StopIteration" if known else op.name in ("call", "effect", "raise")
