"""What all functions of one compilation share: the module, the problems, the globals."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from sourcead.errors import Diagnostic, SourceUnavailableError
from sourcead.frontend.bindings import (
    POISON,
    RETURN,
    SKIPPED,
    UNBOUND,
    Binding,
    Cell,
    Content,
    Items,
    Poison,
    Static,
)
from sourcead.frontend.columns import Columns
from sourcead.frontend.frame import Frame, Poisoned, Refused
from sourcead.frontend.globals import global_binding
from sourcead.frontend.join import conditional
from sourcead.frontend.liveness import nonlocal_names, stored_names
from sourcead.frontend.locations import Locations
from sourcead.frontend.origins import Origins
from sourcead.frontend.parsed_classes import class_behind, method_behind, value_behind
from sourcead.frontend.parsed_functions import keeps_the_function, settled_defaults
from sourcead.frontend.parsed_module import (
    FromClass,
    NotEvaluated,
    ParsedClass,
    ParsedFunction,
    ParsedModule,
)
from sourcead.frontend.results import Flat
from sourcead.frontend.scope import absolute_name, import_object
from sourcead.frontend.signatures import Callee
from sourcead.frontend.source import FunctionSource, method_source, parsed_source, source_of
from sourcead.frontend.stepping import stepped
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Loc, Module, Region, Value
from sourcead.ops.build import Builder


@dataclass(frozen=True)
class Ways:
    """How memory is followed that several names may share.

    `follows`: a name that is bound to one of several arrays stays one of them, and elements of
    lists of unknown length are places in these. `writes_out`: so are loops of few known turns.
    `columns`: objects are numbers, and their attributes elements of lists. `steps`: `try` blocks
    are taken statement by statement.
    """

    follows: bool = False
    writes_out: bool = False
    columns: Columns | None = None
    steps: bool = False


class Program:
    """One compilation: an entry function and everything it calls."""

    def __init__(self, inlines_everything: bool = False, ways: Ways | None = None) -> None:
        self.ways = ways or Ways()
        self.locations = Locations()
        self.module = Module("")
        self.problems: list[Diagnostic] = []
        self.callees: dict[tuple[Hashable, Hashable], Callee] = {}
        self.recursions: set[Hashable] = set()
        self.loop_memo: dict[Any, dict[str, Any]] = {}
        self.inlines_everything = inlines_everything
        # Whether the lengths of the arguments may decide what is code.
        self.knows_lengths = False
        # Whether loops around this place are written out, and what runs over an array of known
        # length.
        self.unrolling = self.ways.writes_out
        self.writing_out = False
        # Whether it matters which object a path has chosen, and whether there are such objects.
        self.by_path = self.ways.follows
        self.eithers = False
        # The body whose lowering ends where something is wrong: what else is wrong is not asked.
        self.hasty: Sequence[ast.stmt] | None = None
        # A key that is newer than those of all values made before the current statement; how many
        # statements have been lowered once for each object; for how many paths in all.
        self.begun, self.split, self.paths = 0, 0, 0
        # The names of functions that are taken, and what those functions are called in the program.
        self.names: dict[str, str] = {}
        # Derivatives taken inside functions: their name in the module, and what they return.
        self.derivatives: dict[Hashable, tuple[str, Flat, Binding]] = {}
        self.clobbered: set[Cell] = set()
        # The arrays among the entry's arguments: two of them may be one object.
        self.given: set[Cell] = set()
        # The `try` blocks that are being lowered, and how many handlers.
        self.watches: list[Any] = []
        self.handling = 0
        # Where each iterator is made, which of these places make iterators of which elements are
        # taken here and there, and what those have read.
        self.iterators: dict[Cell, Hashable] = {}
        self.in_steps: set[Hashable] = set()
        self.readings: dict[Cell, Any] = {}
        self.yielded: dict[Cell, Any] = {}  # what objects held when a generator yielded them
        # What lists held when something began to keep their elements; such as loops carry.
        self.kept_lists: dict[Cell, Content] = {}
        self.carried_lists: list[tuple[Cell, Content, Content]] = []
        # Whether nothing is made before a loop asks for it, whose body changes what it is made of.
        self.strictly_in_turn = False
        self.made_at_once = 0
        # The lists that hold the attributes of objects.
        self.columns: dict[tuple[Hashable, str], Cell] = {}
        # Lists of unknown length of which an element has been written.
        self.inside: set[Any] = set()
        # The objects whose structure is being looked at, the innermost last.
        self.inside_of: list[Cell] = []
        # Subscripts and attributes that lead to what a statement writes.
        self.places: set[ast.AST] = set()
        # What they catch.
        self.catching: list[list[Any]] = []
        self.origins = Origins()
        self.comprehensions: dict[ast.AST, ast.FunctionDef] = {}
        self.inner_expressions: dict[ast.FunctionDef, ast.GeneratorExp] = {}
        self._locals: dict[ast.AST, set[str]] = {}

    @contextmanager
    def written_out(self) -> Iterator[None]:
        """What is lowered meanwhile looks at the elements of arrays one by one."""
        outer, self.writing_out = self.writing_out, self.knows_lengths
        try:
            yield
        finally:
            self.writing_out = outer

    # Problems ----------------------------------------------------------------------------------

    def problem(self, diagnostic: Diagnostic) -> None:
        """Note a problem; what is lowered twice may have it twice."""
        self.problems.append(diagnostic)

    def read_by_iterators(self) -> set[Cell]:
        """What the elements are made of that iterators have left, taken here and there."""
        return {cell for reading in self.readings.values() for cell in reading.contents}

    def mark(self) -> int:
        return len(self.problems)

    def rewind(self, mark: int) -> None:
        """Forget what was found since: the code is lowered once more."""
        del self.problems[mark:]

    def raised(self, exc: type[BaseException], args: list[Any]) -> None:
        """Called for each `raise`; a program's exceptions are raised when it runs."""

    # Functions ---------------------------------------------------------------------------------

    def fresh_name(self, name: str) -> str:
        name = "function" if name == "<lambda>" else name
        base, number = name, 2
        while name in self.names:
            name, number = f"{base}_{number}", number + 1
        self.names[name] = base
        return name

    def forget_callees(self, known: set[tuple[Hashable, Hashable]]) -> None:
        """Drop functions that were lowered while the result of a recursion was not known."""
        if len(self.callees) == len(known):
            return  # there are no others: looking each of them up takes long
        for key in [k for k in self.callees if k not in known]:
            name = self.callees.pop(key).function.name
            self.module.functions.pop(name, None)
            self.names.pop(name, None)

    def new_frame(self, source: FunctionSource, region: Region) -> Frame:
        return Frame(self, source, Builder(region))

    def run(self, frame: Frame) -> Binding:
        """Lower a function's body; what it returns, or the poison of a refusal."""
        node = frame.source.node
        # The `try` blocks of its callers are not this function's.
        outer = self.watches, self.handling, self.catching
        self.watches, self.handling, self.catching = [], 0, []
        try:
            if isinstance(node, ast.Lambda):
                return frame.expr(node.body)
            frame.block(node.body)
            self.close(frame)
        except (Refused, Poisoned):
            return POISON
        finally:
            self.watches, self.handling, self.catching = outer
        found = frame.state.env.get(RETURN, UNBOUND)
        if isinstance(found, Poison):
            return POISON
        return Static(None) if found is UNBOUND else found

    def close(self, frame: Frame) -> None:
        """A body that may run past its end returns None there."""
        skipped = frame.flag(SKIPPED)
        if isinstance(skipped, Value):
            node = frame.source.node
            conditional(
                frame,
                skipped,
                lambda: None,
                lambda: frame.bind(RETURN, Static(None)),
                node,
                frozenset(),
            )
        elif skipped is False:
            frame.bind(RETURN, Static(None))

    def source(self, frame: Frame, target: Any, node: ast.AST) -> FunctionSource:
        """The source of a function that is called."""
        found = self._source(frame, target, node)
        return stepped(found) if self.ways.steps else found

    def _source(self, frame: Frame, target: Any, node: ast.AST) -> FunctionSource:
        if isinstance(target, ParsedFunction):
            self._check_decorators(frame, target, node)
            return parsed_source(target)
        method = method_behind(target)
        if method is not None:
            return method_source(target, method)
        try:
            return source_of(target)
        except SourceUnavailableError as error:
            fix = error.fix or "declare a rule for the function"
            frame.refuse(node, "SAD104", error.what, fix=fix)

    def _check_decorators(self, frame: Frame, target: ParsedFunction, node: ast.AST) -> None:
        """A decorator makes another function; of those in a parsed file only few are known."""
        for decorator in target.node.decorator_list:
            if not keeps_the_function(target.module, decorator, called=True):
                frame.refuse(
                    node,
                    "SAD104",
                    f"`{target.node.name}` is decorated with `{ast.unparse(decorator)}`",
                    "what the decorator makes of it is only known when the module runs",
                    "the undecorated function, or the decorator `sourcead.grad` in a program",
                )

    def is_parsed(self, source: FunctionSource) -> bool:
        return isinstance(source.scope, ParsedModule)

    def parsed_defaults(self, frame: Frame, source: FunctionSource) -> dict[str, Binding]:
        """Default values of a function that is only parsed, evaluated where it is called."""
        from sourcead.frontend.statements import closure_defaults

        inner = Frame(self, source, frame.builder, frame, frame.path)
        assert isinstance(source.scope, ParsedModule)
        before = set(frame.state.contents)
        found = closure_defaults(inner, settled_defaults(source.scope, source.node))
        for cell in inner.state.contents.keys() - before:
            cell.owner = "global"  # every call has the same object
        frame.state.contents = inner.state.contents
        frame.share_contents()
        return found

    def is_open(self, frame: Frame | None, source: FunctionSource) -> bool:
        """Whether a function is being inlined already."""
        while frame is not None:
            if frame.source.node is source.node:
                return True
            frame = frame.parent
        return False

    # Names -------------------------------------------------------------------------------------

    def loc(self, source: FunctionSource, node: ast.AST, stmt: ast.stmt | None) -> Loc:
        """Where a node of a statement stands."""
        return self.locations.of(source, node, stmt)

    def locals_of(self, source: FunctionSource) -> set[str]:
        """The names that a function binds anywhere."""
        node = source.node
        if node not in self._locals:
            body = [node.body] if isinstance(node, ast.Lambda) else node.body
            bound, updated = stored_names(body)
            self._locals[node] = (bound | updated) - nonlocal_names(node)
        return self._locals[node]

    def outer(self, frame: Frame, name: str, node: ast.AST) -> Binding:
        """A name that the function does not bind: of an enclosing function, or of the module."""
        if frame.captured is not None:
            return frame.enclosing().lookup(name, node, from_inside=True)
        scope = frame.source.scope
        found = scope.resolve(name)
        if found is MISSING and isinstance(scope, ParsedModule) and name in scope.bindings:
            frame.refuse(
                node, "SAD104", f"`{name}` is imported from a module that is not read",
                "the file is parsed: only NumPy, SciPy, a part of the standard library and modules "
                "beside the file are known",
                "call `sourcead.grad` in a program",
            )  # fmt: skip
        if found is MISSING:
            frame.raises(NameError, f"name '{name}' is not defined")
            frame.refuse(node, "SAD103", f"the name `{name}` is not defined")
        return self.static_binding(frame, found, node, name)

    def static_binding(
        self, frame: Frame, value: Any, node: ast.AST, name: str = "", owner: Any = None
    ) -> Binding:
        """What an object from outside stands for: itself, or a value read at run time."""
        if isinstance(value, NotEvaluated) and value.is_code:
            frame.refuse(
                node, "SAD104", f"what `{name}` is, is decided when line {value.line} runs",
                "the file is parsed and never executed",
                f"one definition of `{name}`, or call `sourcead.grad` in a program",
            )  # fmt: skip
        if isinstance(value, ParsedClass):
            value = class_behind(value)
        elif isinstance(value, FromClass):
            value = value_behind(value)
        if isinstance(value, tuple) and owner is None and not name:
            return Items(tuple(self.static_binding(frame, v, node) for v in value))
        if isinstance(value, ModuleType):
            # SciPy and scikit-learn call NumPy by way of a copy that other libraries can replace.
            return Static(np if value.__name__.endswith("array_api_compat.numpy") else value)
        if value is None or isinstance(value, str | type | FunctionType | np.dtype):
            return Static(value)
        return global_binding(frame, value, node, name, owner)

    def import_names(self, frame: Frame, stmt: ast.Import | ast.ImportFrom) -> None:
        """An import inside the function."""
        from sourcead.frontend.expressions import get_attribute

        for alias in stmt.names:
            if isinstance(stmt, ast.Import):
                found = import_object(alias.name, None, frame.source.scope)
                name = alias.asname or alias.name.partition(".")[0]
                if alias.asname is None:
                    found = import_object(name, None, frame.source.scope)
            else:
                home = absolute_name(stmt, frame.source.scope)
                found = import_object(home, alias.name, frame.source.scope)
                module = import_object(home, None, frame.source.scope)
                name = alias.asname or alias.name
                if found is not MISSING:
                    frame.bind(name, get_attribute(frame, Static(module), alias.name, stmt))
                    continue
            if found is MISSING:
                frame.raises(ModuleNotFoundError, f"No module named '{alias.name}'")
                frame.refuse(stmt, "SAD103", f"`{alias.name}` cannot be imported here",
                             fix="import it at the top of the module")  # fmt: skip
            frame.bind(name, self.static_binding(frame, found, stmt, name))
