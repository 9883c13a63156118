"""Regions as blocks of Python statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from sourcead.backend import comments, loops, syntax
from sourcead.backend.expressions import expression
from sourcead.backend.fold import updates
from sourcead.backend.moves import Move, chained, sequence
from sourcead.backend.operators import BINARY, Names
from sourcead.backend.plan import LOOPS, Plan
from sourcead.backend.popping import find_pops
from sourcead.backend.scope import Scope
from sourcead.backend.subscripts import index_argument, index_operands, place_expression
from sourcead.backend.unbound import Unbound
from sourcead.backend.unpacking import find_unpacking
from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import constant
from sourcead.ir.core import GlobalRef, Op, Region, Value
from sourcead.ir.index import Dots, NewAxis, Ref
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT, OpaqueT, ScalarT, StructT, UnknownT, kind_of_dtype
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_random import RANDOM_STATE

Branch = Callable[[Region], list[ast.stmt]]
AUGMENTED = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
ENDS = (ast.Return, ast.Break, ast.Raise, ast.Continue)


class Printer(Names):
    """Prints one function whose plan is complete."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self.plan = plan
        self.scope = scope
        self.used = _used(plan)
        self.unbound = Unbound(plan)
        self.pops: dict[Op, Op] = {}

    # What expressions ask for ---------------------------------------------------------------

    def expr(self, value: Value) -> ast.expr:
        if value not in self.plan.folded:
            return syntax.name(self.plan.names[value])
        if value.op is None:
            raise ValueError(f"{value} has no expression")
        return self.compute(value.op)

    def compute(self, op: Op) -> ast.expr:
        if op.name == "call":
            function = self.scope.function(op.attrs["callee"])
            return syntax.call(function, [self.expr(v) for v in op.operands])
        if op in self.pops:
            return _popped(self, self.pops[op])
        return expression(op, self)

    def library(self, path: str) -> str:
        return self.scope.library(path)

    def helper(self, name: str) -> str:
        return self.scope.helper(name)

    def reference(self, ref: GlobalRef) -> str:
        return self.scope.reference(ref)

    def class_name(self, cls: object) -> str:
        """The printed name of a class known to the compiler."""
        if isinstance(cls, GlobalRef):
            return self.reference(cls)
        return (
            self.reference(GlobalRef(cls.__module__, cls.__qualname__))
            if isinstance(cls, type)
            else str(cls)
        )

    # Blocks ---------------------------------------------------------------------------------

    def block(
        self,
        region: Region,
        tapes: dict[Value, list[Value]] | None = None,
        skip: Op | None = None,
    ) -> list[ast.stmt]:
        """The statements of a region, with a comment before each group of adjoint ones."""
        headed = comments.headings(self.plan, region)
        unpacked = find_unpacking(self.plan, region)
        self.pops |= find_pops(self.plan, region)
        done = set(self.pops.values())
        body: list[ast.stmt] = []
        for op in region.ops:
            new: list[ast.stmt] = []
            if op in unpacked.groups:
                new = [self.unpack(unpacked.groups[op], unpacked.inline)]
            elif op is not skip and op not in done and not self.plan.is_folded(op):
                if op not in unpacked.parts and op not in unpacked.inline:
                    new = self.statement(op)
            for result in op.results if tapes else ():
                new += self.appends(result, tapes or {})
            if op in headed:
                body += headed[op]
            body += new
        return body

    def unpack(self, run: list[Op], inline: set[Op]) -> ast.stmt:
        """`a, b = pair`; elements that nobody reads have no name."""
        if run[0].name == "check":
            rows = [self.plan.names[op.results[0]] for op in run[1:]]
            return syntax.assign(syntax.targets(rows), self.expr(run[1].operands[0]))
        struct = run[0].operands[0]
        named = {op.attrs["key"]: self.plan.names[op.results[0]] for op in run}
        keys = struct.type.keys if isinstance(struct.type, StructT) else ()
        target = syntax.targets([named.get(key, "_") for key in keys])
        maker = struct.op
        value = self.compute(maker) if maker is not None and maker in inline else self.expr(struct)
        return syntax.assign(target, value)

    def appends(self, value: Value, tapes: dict[Value, list[Value]]) -> list[ast.stmt]:
        names = [self.plan.names[tape] for tape in tapes.get(value, ())]
        return [self.method(name, "append", self.expr(value)) for name in names]

    def method(self, name: str, method: str, argument: ast.expr) -> ast.stmt:
        return ast.Expr(syntax.call(syntax.attribute(syntax.name(name), method), [argument]))

    def statement(self, op: Op) -> list[ast.stmt]:
        if op.name in LOOPS:
            return loops.loop(self, Loop(op))
        if self.plan.has_branches(op):
            return self.choose(op, lambda inner: self.branch(op, inner))
        if op.name in STATEMENTS:
            return STATEMENTS[op.name](self, op)
        unread = not self.used.intersection(op.results) and op.name != "call"
        if not op.results or (unread and not definition(op.name).pure):
            return [ast.Expr(self.compute(op))]
        return [self.assignment(op)]

    def assignment(self, op: Op) -> ast.stmt:
        names = [self.plan.names[r] if r in self.used else "_" for r in op.results]
        if len(names) == 1:
            names = [self.plan.names[op.results[0]]]
        if self.is_augmented(op, names[0]):
            right = self.expr(op.operands[1])
            return syntax.augmented(syntax.target(names[0]), BINARY[op.name](), right)
        return syntax.assign(syntax.targets(names), self.compute(op))

    def is_augmented(self, op: Op, name: str) -> bool:
        """`x += g`: a number or an array that is ours, where the user or the compiler sums so."""
        if op.name not in AUGMENTED or op.operands[0] in self.plan.folded or op.style:
            return False
        if self.plan.names[op.operands[0]] != name:
            return False
        if not wrote(op, AUGMENTED[op.name]):
            return False
        if op.name in ("mul", "div") and (op.phase == "reverse" or not op.loc.statement):
            return op in self.plan.in_place
        return isinstance(op.results[0].type, ScalarT) or op in self.plan.in_place

    # Moves ----------------------------------------------------------------------------------

    def moves(self, targets: Iterable[Value], sources: Iterable[Value]) -> list[Move]:
        """What it takes to give each target that is read the value of its source."""
        found = []
        for target, source in zip(targets, sources, strict=True):
            if target not in self.used:
                continue
            if source.op is not None and source.op.name == "undef":
                if self.unbound.is_handed_on(target):
                    nothing = ast.Constant(None)
                    found.append(Move(self.plan.names[target], nothing, frozenset()))
                continue
            reads = frozenset(self.plan.names[v] for v in self.plan.leaves(source))
            summed = self.wrote_sum(source) and isinstance(target.type, ScalarT)
            move = Move(self.plan.names[target], self.expr(source), reads, summed)
            if not move.is_trivial:
                found.append(move)
        return found

    def wrote_sum(self, value: Value) -> bool:
        """Whether `x = x + v` may be printed `x += v`: the sum is ours."""
        op = value.op
        return op is not None and op.name in ("add", "sub") and op.phase in ("reverse", "tangent")

    # Branches -------------------------------------------------------------------------------

    def branch(self, op: Op, inner: Region) -> list[ast.stmt]:
        """A branch at whose end the results take their values."""
        block = self.block(inner)
        if block and isinstance(block[-1], ast.Raise):
            return block
        end = sequence(self.moves(op.results, inner.yields))
        return block + (chained(end) if op.phase == "reverse" else end)

    def choose(self, op: Op, branch: Branch) -> list[ast.stmt]:
        """An `if` statement; what follows a branch that leaves needs no `else`."""
        then, other = (branch(inner) for inner in op.regions)
        if is_attempt(op):
            return [self.attempt(op, then, other)]
        test = self.expr(op.operands[0])
        if not then and not other:
            return []
        if not then or (_ends(other) and not _ends(then)):
            test, then, other = syntax.negated(test), other, then
        if _ends(then):
            return [ast.If(test, then, []), *other]
        return [ast.If(test, then, other)]

    def attempt(self, op: Op, block: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
        """A `try` statement."""
        classes = [syntax.dotted(self.exception(exc)) for exc in op.attrs["catch"]]
        caught = next((o.result for o in op.regions[1].ops if o.name == "caught"), None)
        name = self.plan.names[caught] if caught in self.used and caught is not None else None
        kind = classes[0] if len(classes) == 1 else syntax.tuple_of(classes)
        handler = ast.ExceptHandler(kind, name, otherwise or [ast.Pass()])
        return ast.Try(block or [ast.Pass()], [handler], [], [])

    def exception(self, exc: GlobalRef | str) -> str:
        """The printed name of an exception."""
        if isinstance(exc, GlobalRef):
            return self.reference(exc)
        return self.library(f"builtins.{exc}")


def wrote(op: Op, symbol: str) -> bool:
    """Whether an augmented assignment is in place: the user wrote one, or the statement is ours."""
    if op.phase in ("reverse", "tangent") or not op.loc.statement:
        return True
    return bool(symbol) and f" {symbol}= " in op.loc.statement


def _ends(block: list[ast.stmt]) -> bool:
    """Whether a block never falls through."""
    if not block:
        return False
    last = block[-1]
    if isinstance(last, ast.If):
        return _ends(last.body) and _ends(last.orelse)
    return isinstance(last, ENDS)


def _used(plan: Plan) -> set[Value]:
    """Every value that some expression reads from its variable."""
    body = plan.function.body
    used: set[Value] = set()
    for op in body.walk():
        for value in op.operands:
            used.update(plan.leaves(value))
        for region in op.regions:
            for value in region.yields:
                used.update(plan.leaves(value))
        if op.name in LOOPS:
            loop = Loop(op)
            used.update(loop.tapes)
    for value in body.yields:
        used.update(plan.leaves(value))
    for op in body.walk():
        if op.name in LOOPS:
            loop = Loop(op)
            used.update(c for c, f in zip(loop.carries, loop.finals, strict=True) if f in used)
    return used


# Writes and effects ---------------------------------------------------------------------------


def _renamed(printer: Printer, op: Op) -> list[ast.stmt]:
    """The new version's variable, where it is not the old version's."""
    old, new = printer.plan.names[op.operands[0]], printer.plan.names[op.results[0]]
    return [] if old == new else [syntax.assign(syntax.target(new), syntax.name(old))]


def _element(printer: Printer, op: Op) -> ast.Subscript:
    return place_expression(op, syntax.name(printer.plan.names[op.results[0]]), printer)


def _setitem(printer: Printer, op: Op) -> list[ast.stmt]:
    update = _update(printer, op)
    if update is not None:
        kind, value = update
        return [*_renamed(printer, op), syntax.augmented(_element(printer, op), kind, value)]
    value = printer.expr(op.operands[1])
    if _may_be_immutable(printer, op):
        return [_replaced(printer, op, value)]
    return [*_renamed(printer, op), syntax.assign(_element(printer, op), value)]


def _may_be_immutable(printer: Printer, op: Op) -> bool:
    """Whether the cotangent of a tuple or a number may be written: where one element is, in line.

    In a loop it is an array or a list: of others that is an error.
    """
    if op.phase != "reverse" or not isinstance(op.operands[0].type, UnknownT):
        return False
    if not all(isinstance(entry, int | NewAxis | Dots) for entry in op.attrs["index"]):
        return False
    loops = (o for o in printer.plan.function.body.walk() if o.name in LOOPS)
    return not any(op in region.walk() for loop in loops for region in loop.regions)


def _replaced(printer: Printer, op: Op, value: ast.expr) -> ast.stmt:
    old, new = printer.plan.names[op.operands[0]], printer.plan.names[op.results[0]]
    index = index_argument(_element(printer, op).slice, printer)
    made = syntax.call(printer.helper("replaced"), [syntax.name(old), index, value])
    return syntax.assign(syntax.target(new), made)


def _update(printer: Printer, op: Op) -> tuple[ast.operator, ast.expr] | None:
    """`x[i] = x[i] + v` is printed `x[i] += v`, where no conversion happens on the way."""
    changed = op.operands[1].op
    if changed is None or updates(op, printer.plan.folded) is None:
        return None
    if not wrote(op, AUGMENTED[changed.name]):
        return None
    return BINARY[changed.name](), printer.expr(changed.operands[1])


def _setitem_add(printer: Printer, op: Op) -> list[ast.stmt]:
    """`x[i] += v`, or a call where an index may name an element twice or `x` be a list."""
    x, value = op.operands[:2]
    if _may_be_immutable(printer, op):
        old = place_expression(op, syntax.name(printer.plan.names[x]), printer)
        both = syntax.call(printer.helper("accumulate"), [old, printer.expr(value)])
        return [_replaced(printer, op, both)]
    if isinstance(x.type, ListT | StructT | UnknownT) or not (
        op.attrs.get("unique") or _is_single(op)
    ):
        return [*_renamed(printer, op), _added_by_call(printer, op)]
    kind: ast.operator = ast.Add()
    if value in printer.plan.folded and value.op is not None and value.op.name == "neg":
        kind, value = ast.Sub(), value.op.operands[0]
    shown, number = printer.expr(value), constant(value)
    if isinstance(number, int | float) and not isinstance(number, bool) and number < 0:
        kind, shown = ast.Sub(), syntax.literal(-number)
    return [*_renamed(printer, op), syntax.augmented(_element(printer, op), kind, shown)]


def _added_by_call(printer: Printer, op: Op) -> ast.stmt:
    """An element of a list is replaced by the sum: the old one may be known elsewhere."""
    x, value = op.operands[:2]
    place, shown = _element(printer, op), printer.expr(value)
    single = all(isinstance(v.type, ScalarT) for v in index_operands(op))
    numbers = all(isinstance(entry, int | Ref) for entry in op.attrs["index"])
    if isinstance(x.type, ListT) and single and numbers:
        if isinstance(x.type.elem, ScalarT | ArrayT):
            old = place_expression(op, syntax.name(printer.plan.names[op.results[0]]), printer)
            return syntax.assign(place, ast.BinOp(old, ast.Add(), shown))
    is_array = isinstance(x.type, ArrayT)
    function = printer.library("np.add.at") if is_array else printer.helper("add_at")
    args = [place.value, index_argument(place.slice, printer), shown]
    return ast.Expr(syntax.call(function, args))


def _is_single(op: Op) -> bool:
    """Whether an index names no element twice: numbers, slices, or one mask."""
    index = [v.type for v in index_operands(op)]
    if all(isinstance(t, ScalarT) and t.kind == "int" for t in index):
        return True
    return (
        len(index) == 1 and isinstance(index[0], ArrayT) and kind_of_dtype(index[0].dtype) == "bool"
    )


def _set_field(printer: Printer, op: Op) -> list[ast.stmt]:
    s, v = op.operands
    name, key = syntax.name(printer.plan.names[op.results[0]]), op.attrs["key"]
    if isinstance(s.type, StructT) and s.type.kind == "object":
        place: ast.expr = ast.Attribute(name, key, syntax.STORE)
    else:
        place = ast.Subscript(name, syntax.literal(key), syntax.STORE)
    return [*_renamed(printer, op), syntax.assign(place, printer.expr(v))]


def _append(printer: Printer, op: Op) -> list[ast.stmt]:
    name = printer.plan.names[op.results[0]]
    return [*_renamed(printer, op), printer.method(name, "append", printer.expr(op.operands[1]))]


def _extend(printer: Printer, op: Op) -> list[ast.stmt]:
    name = printer.plan.names[op.results[0]]
    return [*_renamed(printer, op), printer.method(name, "extend", printer.expr(op.operands[1]))]


def _insert(printer: Printer, op: Op) -> list[ast.stmt]:
    method = syntax.attribute(syntax.name(printer.plan.names[op.results[0]]), "insert")
    item, place = (printer.expr(v) for v in op.operands[1:])
    return [*_renamed(printer, op), ast.Expr(syntax.call(method, [place, item]))]


def _truncate(printer: Printer, op: Op) -> list[ast.stmt]:
    """`del xs[n:]`."""
    name = syntax.name(printer.plan.names[op.results[0]])
    part = ast.Slice(printer.expr(op.operands[1]), None, None)
    return [*_renamed(printer, op), ast.Delete([ast.Subscript(name, part, ast.Del())])]


def _delete(printer: Printer, op: Op) -> list[ast.stmt]:
    """`xs.pop()`, which may give what it removes its name."""
    return [*_renamed(printer, op), ast.Expr(_popped(printer, op))]


def _popped(printer: Printer, op: Op) -> ast.expr:
    name = syntax.name(printer.plan.names[op.results[0]])
    return syntax.call(syntax.attribute(name, "pop"), [printer.expr(k) for k in op.operands[2:]])


def _raise(printer: Printer, op: Op) -> list[ast.stmt]:
    if op.attrs["exc"] is None:
        return [ast.Raise(None, None)]
    name = printer.exception(op.attrs["exc"])
    return [ast.Raise(syntax.call(name, [printer.expr(v) for v in op.operands]), None)]


def _check(printer: Printer, op: Op) -> list[ast.stmt]:
    test, *message = op.operands
    shown = printer.expr(message[0]) if message else None
    return [ast.Assert(printer.expr(test), shown)]


def _print(printer: Printer, op: Op) -> list[ast.stmt]:
    keywords = {k: syntax.literal(v) for k, v in op.attrs.items()}
    values = [printer.expr(v) for v in op.operands]
    return [ast.Expr(syntax.call(printer.library("builtins.print"), values, keywords))]


def _restore_generator(printer: Printer, op: Op) -> list[ast.stmt]:
    state, generator = printer.expr(op.operands[0]), op.operand("rng")
    if generator is None:
        setter: ast.expr = syntax.dotted(printer.library("np.random.set_state"))
    elif generator.type == OpaqueT(RANDOM_STATE):
        setter = syntax.attribute(printer.expr(generator), "set_state")
    else:
        source = syntax.attribute(printer.expr(generator), "bit_generator")
        return [syntax.assign(ast.Attribute(source, "state", syntax.STORE), state)]
    return [ast.Expr(syntax.call(setter, [state]))]


def _effect(printer: Printer, op: Op) -> list[ast.stmt]:
    """A call kept as the user wrote it, with its operands put in."""
    texts = [f"({ast.unparse(printer.expr(v))})" for v in op.operands]
    tree = ast.parse(op.attrs["call"].format(*texts), mode="eval").body
    if op.results:
        names = [printer.plan.names[r] for r in op.results]
        return [syntax.assign(syntax.targets(names), tree)]
    return [ast.Expr(tree)]


STATEMENTS: dict[str, Callable[[Printer, Op], list[ast.stmt]]] = {
    "setitem": _setitem,
    "setitem_add": _setitem_add,
    "set_field": _set_field,
    "append": _append,
    "insert": _insert,
    "extend": _extend,
    "truncate": _truncate,
    "delete": _delete,
    "without_last": _delete,
    "raise": _raise,
    "check": _check,
    "print": _print,
    "effect": _effect,
    "restore_generator": _restore_generator,
    "caught": lambda printer, op: [],
}
