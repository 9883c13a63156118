"""What a name stands for while a function is lowered.

A number is a `Value`. Whatever can be changed in place lives in a `Cell`, so that all names of
one object see a write: the cell's current version is in `State.contents`. A `View` is a place
inside a cell: a base and one step (a subscript, a transposition) that leads into it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sourcead.ir import classes
from sourcead.ir.core import Value


@dataclass(frozen=True)
class Deque:
    """What a deque is beside a list."""

    maxlen: int | None


Known = tuple[bool, bool, bool]


class Cell:
    """An object with identity. Two cells never share memory unless one doubts the other.

    `owner` is "local", "param" or "global". `doubts` are cells that this one may or may not be
    the same as. `contiguous`: the memory is known to be in C order. `held`: the object is an
    element of a list of unknown length; of `holder` alone, where that is known. `shared`: it is
    such a list, and its elements are known elsewhere, or one of them stands in it twice. `number`:
    it may be a number, and no object. `deque`: a list that is one. `made`: where in the program it
    was made, if it was.
    """

    __slots__ = (
        "contiguous", "deque", "doubts", "held", "hint", "holder", "made", "number", "owner",
        "shared",
    )  # fmt: skip

    def __init__(self, hint: str = "", owner: str = "local", contiguous: bool = False) -> None:
        self.hint = hint
        self.owner = owner
        self.contiguous = contiguous
        self.held = False
        self.holder: Cell | None = None
        self.shared = False
        self.number = False
        self.deque: Deque | None = None
        self.doubts: set[Cell] = set()
        self.made: Hashable = None

    @property
    def known(self) -> Known:
        """Whether lists hold the object, others know its elements, and it may be a number."""
        return self.held, self.shared, self.number

    @known.setter
    def known(self, known: Known) -> None:
        self.held, self.shared, self.number = known

    def __repr__(self) -> str:
        return f"<cell {self.hint}>"


class Store(Cell):
    """A list that holds arrays each of which is known by its number, whoever else knows it."""

    __slots__ = ()


@dataclass(frozen=True, eq=False)
class Step:
    """An operation whose result lies in the memory of its first operand."""

    name: str
    operands: tuple[Value, ...]
    args: tuple[str, ...]
    attrs: dict[str, Any]
    style: str = ""


@dataclass(frozen=True, eq=False)
class View:
    """The part of a base that a step leads to."""

    base: Cell | View
    step: Step

    @property
    def cell(self) -> Cell:
        """The cell whose memory this is."""
        return self.base if isinstance(self.base, Cell) else self.base.cell


@dataclass(frozen=True)
class Static:
    """An object known when the function is compiled: a module, a function, a string, None."""

    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Static):
            return False
        if self.value is other.value:
            return True
        return type(self.value) is type(other.value) and bool(
            isinstance(self.value, str | int | float | tuple | bytes) and self.value == other.value
        )

    def __hash__(self) -> int:
        return hash(type(self.value))

    @property
    def held(self) -> Any:
        """The object, for what does not depend on the numbers that it holds."""
        return self.value


@dataclass(frozen=True, eq=False)
class Items:
    """An immutable container of known structure; `kind` is "tuple" or "slice".

    `names` are the fields' names of a named tuple, `cls` its class.
    """

    items: tuple[Binding, ...]
    kind: str = "tuple"
    names: tuple[str, ...] = ()
    cls: Any = None


@dataclass(frozen=True, eq=False)
class Applied:
    """A function with its first (or some named) arguments given: a bound method, a `partial`."""

    function: Binding
    args: tuple[Binding, ...] = ()
    kwargs: dict[str, Binding] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Super:
    """`super()` in a method of `cls`."""

    cls: type
    owner: Binding


@dataclass(frozen=True, eq=False)
class ShapeOf:
    """`x.shape`: a tuple whose entries are only computed when they are asked for."""

    array: Value


@dataclass(frozen=True, eq=False)
class Method:
    """A method looked up on a value, not yet called."""

    owner: Binding
    name: str


@dataclass(frozen=True, eq=False)
class Closure:
    """A function defined inside the function that is lowered; `frame` is where it was defined."""

    node: ast.FunctionDef | ast.Lambda
    frame: Any
    defaults: dict[str, Binding] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Iteration:
    """`zip`, `enumerate`, `reversed`, `range` or `.items()` of something, to be looped over.

    `strict`: the parts of a `zip` are equally long.
    """

    kind: str
    parts: tuple[Binding, ...]
    strict: bool = field(default=False, kw_only=True)

    @property
    def held(self) -> tuple[Binding, ...]:
        """All that it can lead to."""
        return self.parts


@dataclass(frozen=True, eq=False)
class Pending:
    """The content of a cell that holds an iterator: what it runs over, if nothing was taken yet."""

    made: Iteration


@dataclass(frozen=True)
class Unbound:
    """A name that is not bound (on this path)."""


@dataclass(frozen=True)
class Poison:
    """The value of something that was refused, or that is not known yet in a recursion."""


@dataclass(frozen=True)
class Conflict:
    """A name that means different things on different paths; reading it is refused."""

    what: str


UNBOUND = Unbound()
POISON = Poison()
# A name that the block of a `try` had begun to compute when it was interrupted.
HALF = Conflict("is what a `try` block had half computed when it was interrupted")


@dataclass(frozen=True, eq=False)
class ListItems:
    """The content of a cell that holds a list of known length."""

    items: tuple[Binding, ...]


@dataclass(frozen=True)
class Missing:
    """What a dict makes of keys it does not have: a `defaultdict` keeps it, a `Counter` does not.

    A `factory` of None makes nothing. `kind` is the class's name.
    """

    factory: Binding
    kind: str

    @property
    def keeps(self) -> bool:
        """Whether what was made for a key is put into the dict."""
        return self.kind == "defaultdict"


@dataclass(frozen=True, eq=False)
class DictItems:
    """The content of a cell that holds a dict with static keys.

    `missing` says what a key that is not there is read as.
    """

    items: dict[Any, Binding]
    missing: Missing | None = None

    def holding(self, items: dict[Any, Binding]) -> DictItems:
        """A dict of the same kind with other entries."""
        return DictItems(items, self.missing)


@dataclass(frozen=True, eq=False)
class SetItems:
    """The content of a cell that holds a set of known elements; `frozen`: a `frozenset`."""

    elements: frozenset[Any]
    frozen: bool = False


@dataclass(frozen=True, eq=False)
class Instance:
    """The content of a cell that holds an object of a class: its attributes."""

    cls: Any
    items: dict[str, Binding]


class Numbered(Instance):
    """The content of a cell that holds an object whose attributes are in lists, at `number`.

    Whoever looks for them in the content is refused.
    """

    def __init__(self, cls: type, number: Value, refuse: Callable[[], NoReturn]) -> None:
        object.__setattr__(self, "cls", cls)
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "refuse", refuse)

    number: Value
    refuse: Callable[[], NoReturn]

    @property
    def items(self) -> dict[str, Binding]:
        """Nothing that would be up to date."""
        self.refuse()


@dataclass(frozen=True, eq=False)
class Maybe:
    """A name that is bound only where `bound` is true.

    `half`: elsewhere it is not unbound, but half computed.
    """

    binding: Binding
    bound: Binding
    half: bool = False


@dataclass(frozen=True, eq=False)
class OrNone:
    """`binding` where `given` is true, None elsewhere."""

    binding: Binding
    given: Binding


@dataclass(frozen=True, eq=False)
class Either:
    """One of two objects: `then` where `cond` is true, `orelse` elsewhere."""

    cond: Value
    then: Binding
    orelse: Binding


@dataclass(frozen=True, eq=False)
class Box:
    """A variable that nested functions rebind: its binding is the one item of the cell."""

    cell: Cell


@dataclass(frozen=True)
class Lost:
    """The content of a cell that cannot be told: reading it is refused."""

    what: str
    fix: str = "a `.copy()` where the two arrays are first assigned"
    code: str = "SAD201"


def class_reference(cls: Any) -> Any:
    """A class as the IR names it."""
    return classes.class_reference(cls) if isinstance(cls, type) else cls


Binding = (
    Value
    | Cell
    | View
    | Static
    | Items
    | ShapeOf
    | Method
    | Closure
    | Iteration
    | Unbound
    | Poison
    | Conflict
    | Maybe
    | OrNone
    | Applied
    | Super
    | Box
    | Either
)
# What a path has written that no name led to any more when it met another.
FORGOTTEN = Lost("is written on one of several paths while it has no name", "a name for it")

Content = Value | ListItems | DictItems | SetItems | Instance | Pending | Lost


@dataclass
class State:
    """The names, and the current version of each cell.

    `reads` remembers what was read through each view, and of which version of its base. `decided`
    are names that may be None and of which this path knows more: what they were, and what they are.
    `outcomes` are the conditions under which this path is taken. `optional` are attributes that may
    be None, as they were read from one version of their column.
    """

    env: dict[str, Binding] = field(default_factory=dict)
    contents: dict[Cell, Content] = field(default_factory=dict)
    reads: dict[View, tuple[Any, Value]] = field(default_factory=dict)
    decided: dict[str, tuple[Binding, Binding]] = field(default_factory=dict)
    outcomes: dict[Value, bool] = field(default_factory=dict)
    optional: dict[tuple[Cell, Value], tuple[Content, OrNone]] = field(default_factory=dict)

    def copy(self) -> State:
        """The state at the beginning of a path."""
        return State(
            dict(self.env), dict(self.contents), dict(self.reads), outcomes=dict(self.outcomes),
            optional=dict(self.optional),
        )  # fmt: skip

    def after(self, env: dict[str, Binding]) -> State:
        """The state where the paths that began here have met."""
        return State(
            env, dict(self.contents), dict(self.reads), dict(self.decided), dict(self.outcomes),
            dict(self.optional),
        )  # fmt: skip

    def undecided(self, name: str) -> Binding:
        """What a name is bound to, without what this path alone knows of it."""
        binding = self.env.get(name, UNBOUND)
        before, known = self.decided.get(name, (binding, UNBOUND))
        return before if known is binding else binding


def hint_of(name: str) -> str:
    """The name to show for a variable: none for those that only the compiler knows."""
    return name if name.isidentifier() else ""


# Names that no program can have: the value returned, and whether the function has returned, the
# innermost loop is to stop, the rest of the block is to be skipped.
RETURN, RETURNED, STOPPED, SKIPPED = "<return>", "<returned>", "<stopped>", "<skipped>"
FLAGS = (RETURNED, STOPPED, SKIPPED)
# How the names begin that tell which handler of a `try` was reached.
CAUGHT = "<caught"
# How the names begin of the lists that hold the attributes of objects.
COLUMN = "<column"
# Bound where a block surely raises: to the class of the exception, if it is known.
RAISED = "<raised>"
