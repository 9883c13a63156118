"""Regions as blocks of Python statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from sourcead.backend import comments, loops, syntax
from sourcead.backend.elements import AUGMENTED, renamed, setitem, setitem_add, wrote
from sourcead.backend.expressions import expression
from sourcead.backend.moves import Move, chained, sequence
from sourcead.backend.operators import BINARY, Names
from sourcead.backend.plan import LOOPS, Plan
from sourcead.backend.popping import find_pops
from sourcead.backend.rank_zero import arrays_for_numbers
from sourcead.backend.scope import Scope
from sourcead.backend.unbound import Unbound
from sourcead.backend.unpacking import find_unpacking
from sourcead.ir.attempts import is_attempt
from sourcead.ir.core import GlobalRef, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, OpaqueT, ScalarT, StructT
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_random import RANDOM_STATE

Branch = Callable[[Region], list[ast.stmt]]
ENDS = (ast.Return, ast.Break, ast.Raise, ast.Continue)


class Printer(Names):
    """Prints one function whose plan is complete."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self.plan = plan
        self.scope = scope
        self.used = _used(plan)
        self.unbound = Unbound(plan)
        self.arrays = arrays_for_numbers(plan.function.body)
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
        number = _adds_numbers(op) and op.operands[0] not in self.arrays
        return number or op in self.plan.in_place

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
            summed = self.wrote_sum(source) and source.op is not None and _adds_numbers(source.op)
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


def _adds_numbers(op: Op) -> bool:
    """Whether a number is added to; an array of no axes would be overwritten, and stay an array."""
    return isinstance(op.results[0].type, ScalarT) and not isinstance(op.operands[0].type, ArrayT)


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


def _set_field(printer: Printer, op: Op) -> list[ast.stmt]:
    s, v = op.operands
    name, key = syntax.name(printer.plan.names[op.results[0]]), op.attrs["key"]
    if isinstance(s.type, StructT) and s.type.kind == "object":
        place: ast.expr = ast.Attribute(name, key, syntax.STORE)
    else:
        place = ast.Subscript(name, syntax.literal(key), syntax.STORE)
    return [*renamed(printer, op), syntax.assign(place, printer.expr(v))]


def _append(printer: Printer, op: Op) -> list[ast.stmt]:
    name = printer.plan.names[op.results[0]]
    return [*renamed(printer, op), printer.method(name, "append", printer.expr(op.operands[1]))]


def _extend(printer: Printer, op: Op) -> list[ast.stmt]:
    name = printer.plan.names[op.results[0]]
    return [*renamed(printer, op), printer.method(name, "extend", printer.expr(op.operands[1]))]


def _insert(printer: Printer, op: Op) -> list[ast.stmt]:
    method = syntax.attribute(syntax.name(printer.plan.names[op.results[0]]), "insert")
    item, place = (printer.expr(v) for v in op.operands[1:])
    return [*renamed(printer, op), ast.Expr(syntax.call(method, [place, item]))]


def _truncate(printer: Printer, op: Op) -> list[ast.stmt]:
    """`del xs[n:]`."""
    name = syntax.name(printer.plan.names[op.results[0]])
    part = ast.Slice(printer.expr(op.operands[1]), None, None)
    return [*renamed(printer, op), ast.Delete([ast.Subscript(name, part, ast.Del())])]


def _delete(printer: Printer, op: Op) -> list[ast.stmt]:
    """`xs.pop()`, which may give what it removes its name."""
    return [*renamed(printer, op), ast.Expr(_popped(printer, op))]


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
    "setitem": setitem,
    "setitem_add": setitem_add,
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
