"""What the runtime asks of the compiler, and what it gets.

Nothing here imports the compiler: a first call that finds its code in the disk cache never
loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from sourcead.ir.core import GlobalRef
from sourcead.ir.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class StaticArg:
    """An argument whose value the compiler may rely on: None, a string, a function, a class.

    An integer is one where its value decides the code, such as an axis. Two are equal when code
    compiled for one is right for the other.
    """

    value: Any

    @property
    def key(self) -> object:
        """Literals compare by value and type, functions by their code, all else by identity."""
        if is_literal(self.value):
            return repr(self.value)
        if self.is_code:
            return self.value.__code__, id(self.value.__globals__)
        return id(self.value)

    @property
    def is_code(self) -> bool:
        """Whether it is a function that any other one with the same code can stand in for."""
        value = self.value
        captures = ("__closure__", "__defaults__", "__kwdefaults__")
        return type(value) is FunctionType and not any(getattr(value, name) for name in captures)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StaticArg) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def is_literal(value: object) -> bool:
    """Whether a value is told by its text: a number, a string, None, or a tuple of these."""
    if type(value) is tuple:
        return all(map(is_literal, value))
    return value is None or type(value) in (str, bytes, bool, int)


ArgType = Type | StaticArg


@dataclass(frozen=True, slots=True)
class Request:
    """Which derivative: a mode of `runtime.modes` and the arguments it is taken of, by name.

    `before` are the derivatives that are taken first, innermost first: the request is for a
    derivative of their result. `boxed`: one that is taken of a tuple of one argument, so that its
    result is such a tuple too.
    """

    mode: str
    wrt: tuple[str, ...]
    before: tuple[Request, ...] = ()
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the generated code relies on beyond the types of its arguments.

    `writes` names the parameters whose memory the function writes to: no other argument may share
    it. `static` names the integer parameters whose value decided the code, and says if lengths did.
    `counted` are the objects whose numbers did, by their places among what the function can reach,
    `known` the names at module level and the captured ones whose numbers did.
    """

    writes: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    counted: tuple[int, ...] = ()
    known: tuple[GlobalRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """Generated source: `entry` is the function to call, `pullback` the second half of a vjp.

    `requires` maps the free names of the text to the objects they stand for. `warnings` are shown
    whenever the code is taken into use, also from the disk cache. `unsettled` counts the places
    where shapes known only at run time decide how a cotangent is summed. `draws` tells whether
    random numbers are drawn.
    """

    text: str
    entry: str
    requires: dict[str, GlobalRef]
    facts: Facts = field(default_factory=Facts)
    pullback: str = ""
    warnings: tuple[str, ...] = ()
    unsettled: int = 0
    draws: bool = False
