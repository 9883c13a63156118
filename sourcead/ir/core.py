"""Values, operations, regions, functions: functional SSA, nothing is ever mutated at run time.

Control flow is four operations (see `docs/architecture.md` for the exact layout of each):

* `if(cond) {then} {else}`: the regions yield the results.
* `for(streams..., inits...) {body}`: body parameters are the items, then the carried values.
* `while(inits...) {cond} {body}`.
* `call(args...)`: another function of the module.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sourcead.ir.types import Type, name_axes

_ids = itertools.count()


@dataclass(frozen=True, slots=True)
class Loc:
    """Where an operation comes from: the expression's position and its statement's text."""

    file: str
    line: int
    col: int
    statement: str = ""
    end_col: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Loc("<generated>", 0, 0)


def newer_key() -> int:
    """A key that is greater than those of all values made so far."""
    return next(_ids)


class Value:
    """The result of an operation or a region's parameter.

    `hint` is the user's name for it: such a value is printed as a statement. `soft` is the name to
    give an otherwise nameless value should it need one; it may well be folded away instead.
    `key` is shared by the copies of a value: symbols in types are made of it.
    """

    __slots__ = ("hint", "id", "key", "op", "soft", "type")

    def __init__(self, type: Type, hint: str = "", op: Op | None = None) -> None:
        self.id = next(_ids)
        self.key = self.id
        self.type = name_axes(type, self.id)
        self.hint = hint
        self.op = op
        self.soft = ""

    def __repr__(self) -> str:
        return f"%{self.hint or 'v'}.{self.id}"


class Op:
    """One operation.

    `args` names the operands of function-like operations (parallel to `operands`); `attrs` holds
    what is known statically. `style` (a spelling) and `phase` (the sweep it belongs to: "",
    "forward", "reverse", "tangent"; "recompute" for a forward operation done again) are for the
    printer and have no meaning. `awaited`: what it raises is waited for, so that it is done even
    where nobody reads its results.
    """

    __slots__ = (
        "args",
        "attrs",
        "awaited",
        "loc",
        "name",
        "operands",
        "phase",
        "regions",
        "results",
        "style",
    )

    def __init__(
        self,
        name: str,
        operands: list[Value],
        args: tuple[str, ...] = (),
        attrs: dict[str, Any] | None = None,
        regions: list[Region] | None = None,
        loc: Loc = NOWHERE,
        style: str = "",
        phase: str = "",
    ) -> None:
        self.name = name
        self.operands = operands
        self.args = args
        self.attrs = attrs if attrs is not None else {}
        self.regions = regions if regions is not None else []
        self.results: list[Value] = []
        self.loc = loc
        self.style = style
        self.phase = phase
        self.awaited = False

    @property
    def result(self) -> Value:
        (result,) = self.results
        return result

    def operand(self, arg: str) -> Value | None:
        """The operand bound to the parameter `arg`, None where it is not an operand."""
        return self.operands[self.args.index(arg)] if arg in self.args else None

    def new_result(self, type: Type, hint: str = "") -> Value:
        value = Value(type, hint, self)
        self.results.append(value)
        return value

    def __repr__(self) -> str:
        return f"<{self.name} {self.results} <- {self.operands}>"


class Region:
    """A block of operations with parameters, ending in a yield."""

    __slots__ = ("ops", "params", "yields")

    def __init__(self) -> None:
        self.params: list[Value] = []
        self.ops: list[Op] = []
        self.yields: list[Value] = []

    def new_param(self, type: Type, hint: str = "") -> Value:
        value = Value(type, hint)
        self.params.append(value)
        return value

    def walk(self) -> Iterator[Op]:
        """Every operation, outer before inner, in program order."""
        for op in self.ops:
            yield op
            for region in op.regions:
                yield from region.walk()


@dataclass
class Function:
    """A function; `body.params` are its parameters and `body.yields` its results.

    `params` gives each parameter's name, default text and kind for the printed signature.
    `output` is the structure of what the Python function returns (see `ir.structure`). `writes`
    names the parameters whose memory the primal writes to. A reverse half is called with what its
    `forward_half`, a function of the same module, returns last.
    """

    name: str
    body: Region
    params: list[Param] = field(default_factory=list)
    output: Any = None
    doc: str = ""
    loc: Loc = NOWHERE
    writes: tuple[str, ...] = ()
    forward_half: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the printed signature; `kind` as in `inspect.Parameter`.

    `names` tells what free names of the default's text stand for: a module, by its name, or an
    object of the user's.
    """

    name: str
    default: str | None = None
    kind: str = "POSITIONAL_OR_KEYWORD"
    names: tuple[tuple[str, str | GlobalRef], ...] = ()


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """A module-level object that generated code reads: `module.name`, defined in `file`.

    Of a captured variable `cell` tells which of that name it is, 0 of any other: while the program
    is compiled by the cell's identity, in what is stored by its place among the dependencies.
    """

    module: str
    name: str
    file: str = ""
    cell: int = field(default=0, repr=False)

    @property
    def root(self) -> str:
        """The name at module level; the rest of the name leads to a part of that object."""
        return re.split(r"[.[]", self.name, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivative of `function` that another function calls: its kind, and what it is taken of."""

    function: Function
    mode: str
    wrt: tuple[int, ...]


@dataclass
class Module:
    """Functions that call each other; `entry` names the one asked for.

    `exports` names further functions that are called from outside (the pullback of a vjp).
    `derived` are derivatives that are called under a name by which nothing has been made yet.
    `assumed` are conditions on the parameters of the entry, as text, that it relies on.
    """

    entry: str
    functions: dict[str, Function] = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    derived: dict[str, Derivation] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
