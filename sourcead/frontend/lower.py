"""From a function's source to a module of primal functions in SSA form."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Hashable, Sequence
from typing import Any

from sourcead.errors import Diagnostic, UnsupportedError
from sourcead.frontend import (  # noqa: F401  (each registers what it lowers)
    array_calls,
    array_loops,
    array_spellings,
    calls,
    combining,
    comprehensions,
    conditions,
    contexts,
    effects,
    expressions,
    lazily,
    loops,
    operators,
    patterns,
    statements,
    subscripts,
    trying,
)
from sourcead.frontend.bindings import POISON, Binding, Cell, Content, Items, Poison
from sourcead.frontend.callees import keep_called
from sourcead.frontend.columns import (
    Columns,
    Unnumbered,
    Widened,
    as_integers,
    gathered,
    has_number,
    is_list_of_arrays,
    number_array,
)
from sourcead.frontend.frame import Frame, Poisoned, Refused
from sourcead.frontend.iterators import TakenInSteps
from sourcead.frontend.locations import Locations
from sourcead.frontend.memory import bind_value
from sourcead.frontend.numbered import open_columns
from sourcead.frontend.parameters import signature_params
from sourcead.frontend.program import Program, Ways
from sourcead.frontend.results import check_classes, flatten_result
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.stepping import stepped
from sourcead.frontend.watching import is_of_interruption
from sourcead.ir.core import Function, Loc, Module, Region
from sourcead.ir.types import ArrayT, OpaqueT, StructT, Type


def lower(source: FunctionSource, arg_types: Sequence[Any]) -> Module:
    """Lower a function and everything it calls.

    Args:
        source: the function.
        arg_types: for each parameter its `Type`, or an object whose `value` is the argument
            itself, known when the function is compiled.

    Returns:
        The primal functions; `entry` is the one asked for.

    Raises:
        UnsupportedError: the function is outside the subset; all problems are listed.

    Example:
        >>> from sourcead.frontend.source import source_of
        >>> from sourcead.ir.types import FLOAT
        >>> from sourcead.rules.ufuncs import sinh
        >>> module = lower(source_of(sinh), [FLOAT])
        >>> [op.name for op in module.functions[module.entry].body.ops]
        ['np.cosh']
    """
    entry = Entry(source, arg_types)
    while True:
        try:
            return _lowered_somehow(entry)
        except TakenInSteps as found:
            entry.in_steps.add(found.place)


class Entry:
    """A function that is to be lowered, and what is known of it after each attempt."""

    def __init__(self, source: FunctionSource, arg_types: Sequence[Any]) -> None:
        self.source = source
        self.arg_types = arg_types
        # Of which iterators elements are taken here and there.
        self.in_steps: set[Hashable] = set()
        self.locations = Locations()


# What is refused where it is not known which object a name stands for, or who shares its memory;
# and what may tell, at the price of more code.
OF_IDENTITY, OF_MEMORY = {"SAD108", "SAD110", "SAD201"}, {"SAD201"}
OF_OBJECTS = {*OF_IDENTITY, "SAD102"}
OTHER_WAYS = (
    (OF_IDENTITY, Ways(follows=True)),
    (OF_MEMORY, Ways(writes_out=True)),
    (OF_MEMORY, Ways(follows=True, writes_out=True)),
)


def _in_steps(entry: Entry) -> Module:
    """Lower a function whose `try` blocks are taken statement by statement."""
    try:
        return _lowered(entry, Ways(steps=True))
    except UnsupportedError as refused:
        if any(map(is_of_interruption, refused.diagnostics)):
            raise
        return _lowered(entry, Ways(follows=True, steps=True))


def _lowered_somehow(entry: Entry) -> Module:
    """Lower a function in the usual way, or in one of those that know more of identity."""
    try:
        return _lowered(entry, Ways())
    except UnsupportedError as refused:
        found = {d.code for d in refused.diagnostics if _is_of_identity(d, entry.source)}
        if any(map(is_of_interruption, refused.diagnostics)):
            with contextlib.suppress(UnsupportedError):
                return _in_steps(entry)
        for codes, ways in OTHER_WAYS:
            if found & codes:
                with contextlib.suppress(UnsupportedError):
                    return _lowered(entry, ways)
        for arrays in (False, True) if found & OF_OBJECTS else ():
            with contextlib.suppress(UnsupportedError, Unnumbered):
                return _with_columns(entry, Columns(arrays))
        raise


# How often a program is lowered until its columns hold all that it puts into them.
MOST_WIDENED = 60


def _with_columns(entry: Entry, columns: Columns) -> Module:
    """Lower a function whose objects are numbers, once it is known what their attributes hold."""
    for _ in range(MOST_WIDENED):
        with contextlib.suppress(Widened):
            return _lowered(entry, Ways(columns=columns))
    raise Unnumbered


def _is_of_identity(found: Diagnostic, source: FunctionSource) -> bool:
    """Whether something may have been refused for want of knowing which object a name means."""
    return found.code != "SAD108" or found.file == source.file


def _lowered(entry: Entry, ways: Ways) -> Module:
    source, arg_types = entry.source, entry.arg_types
    program = Program(ways=ways)
    program.locations = entry.locations
    if ways.steps:
        source = stepped(source)
    if ways != Ways() and ways.columns is None and isinstance(source.node, ast.FunctionDef):
        program.hasty = source.node.body  # what is wrong has been found out in the usual way
    program.in_steps = entry.in_steps
    program.knows_lengths = any(map(_has_length, arg_types))
    function = Function(program.fresh_name(source.name), Region(), doc=source.doc)
    function.loc = Loc(source.file, source.node.lineno + source.line_offset, 0)
    frame = program.new_frame(source, function.body)
    open_columns(frame)
    params = _parameters(frame, function, arg_types)
    before = dict(frame.state.contents)
    result = _run(program, frame)
    if not program.problems and not isinstance(result, Poison):
        _finish(frame, function, result, params)
        written = [_is_written(frame, binding, before) for binding in params]
        function.writes = tuple(p.name for p, w in zip(function.params, written, strict=True) if w)
    if program.problems:
        found = dict.fromkeys(program.problems)
        problems = sorted(found, key=lambda d: (d.file != source.file, d.line, d.col))
        raise UnsupportedError(problems)
    program.module.entry = function.name
    program.module.functions = {function.name: function, **program.module.functions}
    keep_called(program.module, program.names)
    if ways.columns is not None:
        as_integers(program.module)
    return program.module


def _run(program: Program, frame: Frame) -> Binding:
    """Lower the entry's body; calls of libraries may lead deeper than Python can follow."""
    try:
        return program.run(frame)
    except RecursionError:
        node = frame.statement or frame.source.node
        frame.report(
            node, "SAD102", "the program is nested too deeply",
            "calls are followed, and so are the parts of an expression",
            "intermediate results with names, loops, or what a library computes here, written out",
        )  # fmt: skip
        return POISON


def _finish(frame: Frame, function: Function, result: Binding, params: list[Binding]) -> None:
    try:
        flat = flatten_result(frame, result, params)
        check_classes(frame, flat)
    except (Refused, Poisoned):
        return
    function.output = flat.structure
    function.body.yields = [
        gathered(frame, v) if is_list_of_arrays(v.type) else v for v in flat.values
    ]


def _parameters(frame: Frame, function: Function, arg_types: Sequence[Any]) -> list[Binding]:
    """Parameters of the entry: values of their types, or static objects."""
    bindings: list[Binding] = []
    specs = signature_params(frame.source)
    for param, given in zip(specs, arg_types, strict=True):
        function.params.append(param)
        if isinstance(given, Type):
            value = function.body.new_param(given, param.name)
            binding = bind_value(frame, value, param.name, "param")
            for cell in _cells(frame, binding):
                cell.owner = "param"
                frame.program.given.add(cell)
            if isinstance(binding, Cell) and isinstance(given, ArrayT):
                binding.made = param.name
                if has_number(frame, binding):
                    frame.program.clobbered.add(binding)
                    frame.bind(param.name, number_array(frame, frame.op("copy", [value])))
                    bindings.append(binding)
                    continue
        else:
            function.body.new_param(OpaqueT(), param.name)
            binding = frame.program.static_binding(frame, given.value, frame.source.node)
        frame.bind(param.name, binding)
        bindings.append(binding)
    return bindings


def _has_length(given: Any) -> bool:
    """Whether the length of an axis of an argument is known, which is 1 in any case."""
    if isinstance(given, StructT):
        return any(map(_has_length, given.types))
    dims = given.dims or () if isinstance(given, ArrayT) else ()
    return any(isinstance(d.symbol, int) and not d.one for d in dims)


def _is_written(frame: Frame, binding: Binding, before: dict[Cell, Content]) -> bool:
    """Whether an object that an argument brought has another content now."""
    if isinstance(binding, Cell):
        content = before[binding]
        if binding in frame.program.clobbered:
            return True
        if frame.state.contents.get(binding) is not content:
            return True
        inner = getattr(content, "items", ())
    else:
        inner = binding.items if isinstance(binding, Items) else ()
    parts = inner.values() if isinstance(inner, dict) else inner
    return any(_is_written(frame, part, before) for part in parts)


def _cells(frame: Frame, binding: Binding) -> list[Cell]:
    if isinstance(binding, Cell):
        return [binding]
    if isinstance(binding, Items):
        return [c for item in binding.items for c in _cells(frame, item)]
    return []
