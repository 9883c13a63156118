"""Functions of the module: lowered once for each signature of types and static arguments."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import dataclass, field

from sourcead.errors import Diagnostic
from sourcead.frontend.bindings import (
    POISON,
    Binding,
    Cell,
    Closure,
    Items,
    Known,
    Lost,
    Static,
    View,
)
from sourcead.frontend.carrying import relocated, static_key
from sourcead.frontend.frame import Frame, Poisoned, Refused
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.results import Flat, flatten_result, may_be_none, rebuild_result
from sourcead.frontend.sharing import known_of, reachable_cells
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Param, Region, Value
from sourcead.ir.types import Dim, Type, forget_axes, map_axes, seen_by_caller


@dataclass(frozen=True)
class Incoming:
    """An argument under its parameter's name."""

    name: str
    binding: Binding
    keep_literal: bool = False


@dataclass
class Signature:
    """What a call passes: dynamic arguments as values, static ones as part of the key.

    `known` tells which lists hold, whose elements others know, what may be a number (`Cell.known`).
    """

    names: list[str] = field(default_factory=list)
    operands: list[Value] = field(default_factory=list)
    given: list[Binding] = field(default_factory=list)
    places: list[Cell | View | None] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    types: list[Type] = field(default_factory=list)
    statics: dict[str, Binding] = field(default_factory=dict)
    symbols: dict[Hashable, Hashable] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        statics = tuple((name, static_key(b)) for name, b in self.statics.items())
        return (tuple(self.names), tuple(self.types), tuple(self.known), statics)


def signature_of(frame: Frame, incoming: list[Incoming], node: ast.AST) -> Signature:
    """Split arguments into values and static objects; the types' symbols are made relative."""
    found = Signature()
    for arg in incoming:
        if _is_static(frame, arg.binding, arg.keep_literal):
            found.statics[arg.name] = arg.binding
            continue
        value = read(frame, arg.binding, node)
        found.names.append(arg.name)
        found.operands.append(value)
        found.given.append(arg.binding)
        place = arg.binding if isinstance(arg.binding, Cell | View) else None
        found.places.append(place)
        cell = place.cell if isinstance(place, View) else place
        found.known.append(known_of(frame, cell))
        found.types.append(relative_type(value.type, found.symbols))
    return found


def _is_static(frame: Frame, binding: Binding, keep_literal: bool = False) -> bool:
    if isinstance(binding, Static | Closure):
        return True
    if isinstance(binding, Items):
        return bool(binding.items) and all(_is_static(frame, i, True) for i in binding.items)
    if isinstance(binding, Value):
        known = static_value(binding)
        return isinstance(known, bool) or (keep_literal and isinstance(known, int))
    return False


def relative_type(t: Type, symbols: dict[Hashable, Hashable]) -> Type:
    """The type with its axes' symbols numbered in the order in which they appear."""
    return map_axes(t, lambda dim: _renamed(dim, symbols))


def _renamed(dim: Dim, symbols: dict[Hashable, Hashable]) -> Dim:
    if dim.symbol is None:
        return dim
    return Dim(_relative(dim.symbol, symbols), dim.one)


def _relative(symbol: Hashable, symbols: dict[Hashable, Hashable]) -> Hashable:
    """The symbol as a callee knows it; how much shorter than another axis it is stays known."""
    if isinstance(symbol, int):
        return symbol
    if isinstance(symbol, tuple) and symbol[0] == "minus":
        return ("minus", _relative(symbol[1], symbols), symbol[2])
    return symbols.setdefault(symbol, ("axis", len(symbols)))


@dataclass
class Callee:
    """A lowered function, and what a caller must know of it.

    `written` are positions of parameters whose new versions are further results, with the types of
    these (a list of integers may hold other numbers afterwards), `lost` of those
    that hold something unknown after the call, `holding` of those that lists hold now, or whose
    elements others know, `inside` of lists whose elements are written. `tangled`: it writes a
    container of known structure, of which no value says what it shares with others, or what a
    tuple or such a container holds. `optional`: it returns what is None on some paths. While the
    function is being lowered (`open`), `flat` is what an earlier round has found. What is wrong
    with it (`problems`) is wrong with each of its callers.
    """

    function: Function
    flat: Flat | None = None
    written: dict[int, Type] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    holding: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    inside: list[int] = field(default_factory=list)
    tangled: bool = False
    optional: bool = False
    open: bool = True
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def told(self) -> tuple[object, ...]:
        """What a call of it goes by: a recursion is lowered until this stays as it is."""
        holding = tuple(self.holding.items())
        written = tuple(self.written.items())
        return self.flat, written, tuple(self.lost), tuple(self.inside), holding, self.tangled

    def result_types(self, signature: Signature) -> list[Type]:
        """Types of the results of a call, in the caller's symbols."""
        back = {new: old for old, new in signature.symbols.items()}
        assert self.flat is not None
        types = [seen_by_caller(t, back) for t in (*self.flat.types, *self.written.values())]
        for place, k in enumerate(self.written, len(self.flat.types)):
            given = signature.operands[k].type
            types[place] = (
                given if forget_axes(given) == forget_axes(types[place]) else types[place]
            )
        return types


MOST_ROUNDS = 6
MOST_LEVELS = 8


def enter(frame: Frame, source: FunctionSource, signature: Signature, node: ast.AST) -> Callee:
    """The callee for a signature: lowered now, before, or (in a recursion) assumed.

    Raises:
        Poisoned: a recursion whose result is not known yet.
    """
    program = frame.program
    key = (source.key, signature.key)
    callee = program.callees.get(key)
    if callee is not None:
        if callee.open:
            program.recursions.add(key)
            if callee.flat is None:
                raise Poisoned
        program.problems += callee.problems
        return callee
    if sum(c.open and k[0] == source.key for k, c in program.callees.items()) > MOST_LEVELS:
        frame.refuse(
            node,
            "SAD111",
            f"`{source.name}` calls itself with arguments of another type at every level",
            "it would have to be compiled without an end",
            "arguments whose types stay the same",
        )
    callee = Callee(Function(program.fresh_name(source.generated_name), Region()))
    known, mark = set(program.callees), program.mark()
    program.callees[key] = callee
    try:
        _settle(frame, source, signature, callee, key, node)
    except (Refused, Poisoned):
        program.forget_callees(known)  # or another call would be taken for a recursion
        raise
    callee.problems = program.problems[mark:]
    callee.open = False
    program.module.functions[callee.function.name] = callee.function
    return callee


def _settle(
    frame: Frame,
    source: FunctionSource,
    signature: Signature,
    callee: Callee,
    key: tuple[Hashable, Hashable],
    node: ast.AST,
) -> None:
    """Lower the body; again while a recursion shows that its result is another one."""
    program = frame.program
    problems, known = program.mark(), set(program.callees)
    for _ in range(MOST_ROUNDS):
        program.rewind(problems)
        program.forget_callees(known)
        before = callee.told
        program.recursions.discard(key)
        lower_callee(frame, source, signature, callee)
        if program.problems[problems:]:
            break
        if key not in program.recursions or callee.told == before:
            break
    else:
        frame.refuse(node, "SAD111", f"the type of the result of `{source.name}` never settles")
    if callee.flat is None:
        pending = any(c.open for k, c in program.callees.items() if k != key)
        if not program.problems[problems:] and not pending:
            frame.report(
                node,
                "SAD111",
                f"`{source.name}` calls itself on every path",
                "no path tells what type its result has",
                "a branch that returns without a recursive call",
            )
        callee.flat = Flat([], None, [], [])
        del program.callees[key]
        raise Poisoned


def _said_of(source: FunctionSource) -> str:
    """A callee's docstring; of an installed library's function, which may run to pages, a line."""
    installed = "-packages" in source.file
    return (source.doc or "").strip().partition("\n")[0] if installed else source.doc


def lower_callee(
    caller: Frame, source: FunctionSource, signature: Signature, callee: Callee
) -> None:
    """Lower a body into the callee's function, and note what it returns and writes."""
    program = caller.program
    name = callee.function.name
    function = Function(name, Region(), doc=_said_of(source))
    frame = program.new_frame(source, function.body)
    cells: list[Binding] = []
    for arg, t, known in zip(signature.names, signature.types, signature.known, strict=True):
        param = function.body.new_param(t, arg)
        function.params.append(Param(arg))
        binding = bind_value(frame, param, arg, "param")
        if isinstance(binding, Cell):
            binding.known = known
        cells.append(binding)
        frame.bind(arg, binding)
    for arg, binding in signature.statics.items():
        frame.bind(arg, relocated(frame, binding))
    brought = [list(reachable_cells(frame, [b])) for b in cells]
    frame.kept = [cell for found in brought for cell in found]
    entry = dict(frame.state.contents)
    result = program.run(frame)
    callee.function = function
    if result is POISON:
        return
    flat = flatten_result(frame, result, cells)
    now = {k: frame.state.contents[b] for k, b in enumerate(cells) if isinstance(b, Cell)}
    before = {k: entry[b] for k, b in enumerate(cells) if isinstance(b, Cell)}
    changed = [k for k in now if now[k] is not before[k]]
    lost = [k for k in changed if isinstance(now[k], Lost)]
    written = [k for k in changed if k not in lost]
    function.output = flat.structure
    function.body.yields = [*flat.values]
    for k in written:
        cell = cells[k]
        assert isinstance(cell, Cell)
        function.body.yields.append(read(frame, cell, source.node))
    callee.flat = flat.without_values()
    callee.flat.types = [forget_axes(t) for t in callee.flat.types]
    new = function.body.yields[len(flat.values) :]
    callee.written = {k: forget_axes(v.type) for k, v in zip(written, new, strict=True)}
    callee.lost = lost
    callee.holding = {
        k: (any(cell.held for cell in found), any(cell.shared for cell in found))
        for k, found in enumerate(brought)
    }
    callee.inside = [k for k, b in enumerate(cells) if b in program.inside]
    callee.optional = may_be_none(result)
    callee.tangled = any(not isinstance(before[k], Value) for k in written) or any(
        frame.state.contents[cell] is not content
        for found, whole in zip(brought, cells, strict=True)
        for cell in found
        if cell is not whole and (content := entry.get(cell)) is not None
    )


def result_of(frame: Frame, callee: Callee, signature: Signature, op: Op) -> Binding:
    """The binding of what a call returns: an argument itself, or something new."""
    assert callee.flat is not None
    values = list(op.results)
    for k, (value, made) in enumerate(zip(values, callee.function.body.yields, strict=False)):
        literal = constant(made)  # the same one on every path
        values[k] = frame.const(literal) if isinstance(literal, bool | int) else value
    return rebuild_result(frame, callee.flat, values, signature.given)
