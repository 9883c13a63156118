"""One function being lowered: its names, where operations go, and how a problem is reported."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sourcead.errors import Diagnostic
from sourcead.frontend.bindings import (
    FLAGS,
    HALF,
    POISON,
    UNBOUND,
    Binding,
    Box,
    Cell,
    Conflict,
    Content,
    Either,
    ListItems,
    Maybe,
    Poison,
    State,
    Static,
)
from sourcead.frontend.liveness import Names, liveness_of, shared_names
from sourcead.frontend.operands import checked_operands
from sourcead.frontend.outcomes import Undecided, decided
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.trees import described
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Loc, Region, Value
from sourcead.ir.types import ArrayT, Type
from sourcead.ops.build import Builder

if TYPE_CHECKING:
    from sourcead.frontend.generators import Consumer
    from sourcead.frontend.program import Program


# The files of the loops behind builtins, which are lowered like the program.
PRELUDES = [str(Path(__file__).with_name(n)) for n in ("prelude.py", "lazy_prelude.py")]

# What to do where nothing more specific can be said.
FIXES = {
    "SAD101": "the statement outside the differentiated function",
    "SAD102": "the expression with numbers, arrays, tuples, lists or dicts",
    "SAD103": "a name that is defined here, or an import of the module that has it",
    "SAD104": "a function with readable source, or declare a rule for this one",
    "SAD105": "a call that fits the function's signature",
    "SAD106": "a NumPy function that does the same",
    "SAD107": "the elements one by one, by their index",
    "SAD108": "a literal, or an argument that is not computed from data",
    "SAD109": "a loop over `range(...)` that takes elements by their index",
    "SAD110": "two variables, one for each kind of value",
    "SAD111": "a branch that returns without a recursive call",
    "SAD201": "a `.copy()` where one of the two is assigned",
    "SAD202": "the array as an argument, or a `.copy()` of it",
    "SAD203": "a write to the array itself, or to a `.copy()`",
    "SAD204": "a new value, assigned to a name",
}


class Refused(Exception):
    """A problem was reported; the statement is given up."""


class Poisoned(Exception):
    """A value is needed that was refused, or is not known yet: given up without a word."""


class Raises(Exception):
    """The statement surely raises this exception, which a `try` around it may catch."""

    def __init__(self, exc: type[BaseException], text: str) -> None:
        super().__init__(text)
        self.exc = exc


class Frame:
    """The state of lowering one function body.

    `parent` is the frame of the caller where the body is inlined; `inlining` holds what is being
    inlined, so that recursion is noticed. `returns` is True where the function's parameters are
    written back to the caller.
    """

    def __init__(
        self,
        program: Program,
        source: FunctionSource,
        builder: Builder,
        parent: Frame | None = None,
        path: tuple[Any, ...] = (),
    ) -> None:
        self.program = program
        self.source = source
        self.builder = builder
        self.parent = parent
        self.path = path
        self.state: State = State()
        if parent is not None:
            self.state.contents = parent.state.contents
            self.state.reads = parent.state.reads
            self.state.outcomes = parent.state.outcomes
            self.state.optional = dict(parent.state.optional)
        self.live = liveness_of(source.node)
        self.statement: ast.stmt | None = None
        # The expression, or else the statement, that is being lowered.
        self.here: ast.AST = source.node
        self.captured: Frame | None = None
        # The arguments, where the body is lowered in line.
        self.given: tuple[Binding, ...] = ()
        self.kept: list[Cell] = []
        # What the parts of the expressions that are being lowered have given, of each expression.
        self.pieces: list[list[Binding]] = []
        # The loop that takes what this generator yields; generators that this function's loops
        # are taking from.
        self.consumer: Consumer | None = None
        self.guests: list[Frame] = []
        self.loop_live: Names = frozenset()
        boxed, self.nonlocals = shared_names(source.node)
        for flag in FLAGS:
            self.state.env[flag] = Static(False)
        for name in sorted(boxed):
            self.state.env[name] = Box(self.new_cell(ListItems((UNBOUND,)), name))

    # Operations ------------------------------------------------------------------------------

    def op(
        self,
        name: str,
        operands: Sequence[Value] = (),
        args: tuple[str, ...] | None = None,
        attrs: dict[str, Any] | None = None,
        *,
        hint: str = "",
        style: str = "",
        type: Type | None = None,
    ) -> Value:
        """Emit an operation with one result."""
        taken = checked_operands(self, name, operands)
        return self.builder.op(name, taken, args, attrs, hint=hint, style=style, type=type)

    def new_cell(self, content: Content, hint: str = "") -> Cell:
        """A new array, container or object of the function's own."""
        cell = Cell(hint)
        self.state.contents[cell] = content
        return cell

    def new_list(self, items: Iterable[Binding]) -> Cell:
        """A new list of known elements."""
        return self.new_cell(ListItems(tuple(items)))

    def const(self, value: Any, style: str = "") -> Value:
        return self.builder.const(value, style=style)

    def extent(self, array: Value, axis: int, style: str = "") -> Value:
        """The length of an axis: a number where lengths may decide what is code."""
        if self.program.knows_lengths and isinstance(array.type, ArrayT):
            length = array.type.dims[axis].symbol if array.type.dims else None
            if isinstance(length, int):
                return self.const(length)
        return self.op("dim", [array], ("x",), {"axis": axis}, style=style)

    @contextmanager
    def branch(self, region: Region, state: State) -> Iterator[None]:
        """Lower into another region with another state for the duration of a `with` block."""
        outer, self.state = self.state, state
        self.share_contents()
        try:
            with self.builder.into(region):
                yield
        finally:
            self.state = outer
            self.share_contents()

    def share_contents(self) -> None:
        """Callers that this body is inlined in see the same cells."""
        frame = self.parent
        while frame is not None:
            frame.state.contents = self.state.contents
            frame = frame.parent

    @contextmanager
    def holding(self, *bindings: Binding) -> Iterator[None]:
        """What has no name counts as read later for the duration of a `with` block."""
        self.pieces.append(list(bindings))
        try:
            yield
        finally:
            self.pieces.pop()

    def enclosing(self) -> Frame:
        """The frame whose names this function sees, which may have been left long ago: what its
        objects hold is what they hold now."""
        outer = self.captured
        assert outer is not None
        outer.state.contents = self.state.contents
        return outer

    # Places and problems -----------------------------------------------------------------------

    def loc(self, node: ast.AST) -> Loc:
        return self.program.loc(self.source, node, self.statement)

    @contextmanager
    def at(self, node: ast.AST) -> Iterator[None]:
        """Stamp the location of a node."""
        outer = self.builder.loc
        if hasattr(node, "lineno"):
            self.builder.loc = self.loc(node)
        try:
            yield
        finally:
            self.builder.loc = outer

    def report(
        self, node: ast.AST, code: str, message: str, reason: str = "", fix: str = ""
    ) -> None:
        """Note a problem; one inside a helper of ours, where the program calls it."""
        if self.parent is not None and self.source.file in PRELUDES:
            self.parent.report(self.path[-1], code, message, reason, fix)
            return
        if not hasattr(node, "lineno") and self.statement is not None:
            node = self.statement  # what the compiler has made of it
        line = getattr(node, "lineno", 0) + self.source.line_offset
        col = getattr(node, "col_offset", 0)
        same_line = getattr(node, "end_lineno", 0) == getattr(node, "lineno", 0)
        text = self.source.line_text(line)
        end = getattr(node, "end_col_offset", col + 1) if same_line else len(text)
        if not text.isascii():
            raw = text.encode()
            col, end = len(raw[:col].decode()), len(raw[:end].decode())
        fix = fix or FIXES[code]
        self.program.problem(
            Diagnostic(code, self.source.file, line, col, end, message, reason, fix, text)
        )

    def refuse(
        self, node: ast.AST, code: str, message: str, reason: str = "", fix: str = ""
    ) -> NoReturn:
        """Report a problem and give up the statement."""
        self.report(node, code, message, reason, fix)
        raise Refused

    def raises(self, exc: type[BaseException], text: str) -> None:
        """Give up the statement where a `try` around it catches what Python raises here."""
        caught = (cls for classes in self.program.catching for cls in classes)
        if any(isinstance(cls, type) and issubclass(exc, cls) for cls in caught):
            raise Raises(exc, text)

    # Names -------------------------------------------------------------------------------------

    def bind(self, name: str, binding: Binding) -> None:
        if name in self.nonlocals and self.captured is not None:
            self.enclosing().bind(name, binding)
            return
        box = self.state.env.get(name)
        if isinstance(box, Box):
            self.state.contents[box.cell] = ListItems((binding,))
        else:
            self.state.env[name] = binding

    def lookup(self, name: str, node: ast.AST, from_inside: bool = False) -> Binding:
        """The binding of a name: local, of the enclosing function, or of the module.
        `from_inside`: a function made in this one asks, on a path of its own."""
        found = self.state.env.get(name)
        if isinstance(found, Box):
            content = self.state.contents[found.cell]
            (found,) = content.items if isinstance(content, ListItems) else (HALF,)
        if found is None:
            if name in self.program.locals_of(self.source):
                found = UNBOUND
            else:
                return self.program.outer(self, name, node)
        if isinstance(found, Maybe):
            found = self._surely(name, found, from_inside)
        if isinstance(found, Poison):
            raise Poisoned
        if isinstance(found, Conflict) and found.what == HALF.what:
            self.refuse(
                node,
                "SAD110",
                f"`{name}` {HALF.what}",
                "what it holds depends on where the exception was raised",
                f"`{name}` assigned before the `try`, and in it only by the last statement that "
                "may raise",
            )
        if isinstance(found, Conflict):
            self.refuse(node, "SAD110", f"`{name}` {found.what}", fix="use two names")
        return found

    def _surely(self, name: str, maybe: Maybe, from_inside: bool) -> Binding:
        """A name that is bound on some paths: the program raises on the others, as Python does."""
        bound = maybe.bound
        known = constant(bound) if isinstance(bound, Value) else MISSING
        if maybe.half and known is MISSING and bound != Static(True):
            return HALF
        if isinstance(bound, Value) and known is MISSING:
            region = Region()
            text = f"cannot access local variable '{name}'"
            test = self.op("not", [bound])
            with self.builder.into(region):
                message = self.const(text)
                raised = self.builder.make(
                    "raise", [message], ("x0",), {"exc": "UnboundLocalError"}
                )
                self.builder.append(raised)
            check = self.builder.make("if", [test], (), {})
            check.regions = [region, Region()]
            self.builder.append(check)
            known = True
        elif isinstance(bound, Static):
            known = bound.value
        found = maybe.binding if known else UNBOUND
        if not from_inside:
            self.bind(name, found)
        return found

    def flag(self, name: str) -> bool | Value:
        """One of the flags of the control flow: a bool where it is known."""
        binding = self.state.env[name]
        if isinstance(binding, Static):
            return bool(binding.value)
        if isinstance(binding, Value):
            known = constant(binding)
            return binding if known is MISSING else bool(known)
        return False

    def set_flags(self, value: bool, *names: str) -> None:
        for name in names:
            self.state.env[name] = Static(value)

    def roots(self, live: Names) -> Iterator[Binding]:
        """Everything from which a cell can still be reached."""
        yield from (b for n, b in self.state.env.items() if n in live or n.startswith("<"))
        yield from chain.from_iterable(self.pieces)
        for guest in self.guests:
            yield from guest.state.env.values()
        frame = self.parent
        while frame is not None:
            yield from frame.state.env.values()
            yield from chain.from_iterable(frame.pieces)
            frame = frame.parent

    def running(self) -> list[Frame]:
        """The calls that are being lowered, this one first."""
        return [self, *(self.parent.running() if self.parent is not None else ())]

    def kept_cells(self) -> list[Cell]:
        """The parameters' own objects, which the caller sees when the call is over."""
        frame: Frame | None = self
        found: list[Cell] = []
        while frame is not None:
            found += frame.kept
            frame = frame.parent
        return found

    def live_after(self) -> Names:
        """Names read after the current statement."""
        if self.statement is None:
            return frozenset(self.state.env)
        return self.live.after.get(self.statement, frozenset(self.state.env))

    def live_now(self) -> Names:
        """Names read by the current statement or after it."""
        here = frozenset() if self.statement is None else self.live.reads(self.statement)
        return self.live_after() | here

    # Dispatch ----------------------------------------------------------------------------------

    def expr(self, node: ast.expr) -> Binding:
        """Lower an expression whose object must be known."""
        return self.known(self.thing(node), node)

    def known(self, binding: Binding, node: ast.AST) -> Binding:
        """The object that a path has chosen.

        Raises:
            Undecided: it depends on what was decided before the current statement.
        """
        found = decided(self.state, binding)
        if not isinstance(found, Either):
            return found
        if found.cond.key < self.program.begun:
            raise Undecided(found)
        return MERGED[0](self, found, node)

    def thing(self, node: ast.expr) -> Binding:
        """Lower an expression; it may be one of several objects."""
        handler = EXPRESSIONS.get(type(node))
        if handler is None:
            self.refuse(
                node,
                "SAD102",
                f"{described(node)} is not supported",
                fix="compute it outside the differentiated function, or with plain expressions",
            )
        outer, outer_node = self.builder.loc, self.here
        self.builder.loc, self.here = self.loc(node), node
        self.pieces.append([])
        try:
            found: Binding = handler(self, node)
        finally:
            self.builder.loc, self.here = outer, outer_node
            self.pieces.pop()
        if self.pieces and not isinstance(found, Value | Static):
            self.pieces[-1].append(found)
        return found

    def block(self, statements: Sequence[ast.stmt]) -> None:
        BLOCK[0](self, statements)


Handler = Callable[[Frame, Any], Any]
EXPRESSIONS: dict[type[ast.AST], Handler] = {}
STATEMENTS: dict[type[ast.AST], Handler] = {}
BLOCK: list[Handler] = []
# Makes one object of one that may be several.
MERGED: list[Callable[[Frame, Binding, ast.AST], Binding]] = []


def expression(*kinds: type[ast.expr]) -> Callable[[Handler], Handler]:
    """Register a function as the lowering of kinds of expressions."""

    def register(handler: Handler) -> Handler:
        EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def statement(*kinds: type[ast.stmt]) -> Callable[[Handler], Handler]:
    """Register a function as the lowering of kinds of statements."""

    def register(handler: Handler) -> Handler:
        STATEMENTS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


__all__ = ["POISON", "UNBOUND", "Frame", "Poisoned", "Raises", "Refused", "expression", "statement"]
