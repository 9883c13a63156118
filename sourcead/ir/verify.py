"""The verifier: each broken rule is a sentence. Tests run it after every pass."""

from __future__ import annotations

from sourcead.ir.core import Function, Module, Op, Region, Value
from sourcead.ir.loops import Loop


class InvalidIR(AssertionError):
    """The IR breaks one of its own rules: a defect of the compiler, never of the user's program."""


def verify_module(module: Module) -> None:
    """Check every function, and that every call has a callee of matching arity."""
    if module.entry not in module.functions:
        raise InvalidIR(f"the entry function @{module.entry} is missing")
    for function in module.functions.values():
        verify_function(function)
        for op in function.body.walk():
            if op.name == "call":
                _verify_call(module, function, op)


def verify_function(function: Function) -> None:
    """Check that values are defined once, before use and in scope, and that arities agree."""
    if len(function.params) != len(function.body.params):
        raise InvalidIR(f"@{function.name}: the signature and the parameters differ in number")
    _Checker(function.name).region(function.body, frozenset())


def _verify_call(module: Module, function: Function, op: Op) -> None:
    callee = module.functions.get(op.attrs["callee"])
    if callee is None:
        raise InvalidIR(f"@{function.name}: the callee @{op.attrs['callee']} is missing")
    if len(callee.body.params) != len(op.operands):
        raise InvalidIR(
            f"@{function.name}: @{callee.name} is called with a wrong number of arguments"
        )
    if len(callee.body.yields) != len(op.results):
        raise InvalidIR(f"@{function.name}: @{callee.name} is read for a wrong number of results")


class _Checker:
    def __init__(self, name: str) -> None:
        self.name = name
        self.defined: set[Value] = set()

    def fail(self, what: str) -> None:
        raise InvalidIR(f"@{self.name}: {what}")

    def define(self, value: Value, scope: set[Value]) -> None:
        if value in self.defined:
            self.fail(f"{value} is defined twice")
        self.defined.add(value)
        scope.add(value)

    def read(self, value: Value, scope: set[Value], by: str) -> None:
        if value not in scope:
            where = "out of scope" if value in self.defined else "before its definition"
            self.fail(f"{value} is read {where} by {by}")

    def region(self, region: Region, outer: frozenset[Value]) -> None:
        scope = set(outer)
        for param in region.params:
            self.define(param, scope)
        for op in region.ops:
            for operand in op.operands:
                self.read(operand, scope, repr(op))
            self.arity(op)
            for inner in op.regions:
                self.region(inner, frozenset(scope))
            for result in op.results:
                if result.op is not op:
                    self.fail(f"{result} does not know its operation {op}")
                self.define(result, scope)
        for value in region.yields:
            self.read(value, scope, "a yield")

    def arity(self, op: Op) -> None:
        if op.name == "if":
            for region in op.regions:
                if len(region.yields) != len(op.results):
                    self.fail(f"a branch of {op} yields {len(region.yields)} values")
        elif op.name in ("for", "while"):
            self.loop(op)
        elif op.args and len(op.args) != len(op.operands):
            self.fail(f"{op} names {len(op.args)} of its {len(op.operands)} operands")

    def loop(self, op: Op) -> None:
        loop = Loop(op)
        if len(loop.body.params) != len(op.operands):
            self.fail(f"the body of {op} has {len(loop.body.params)} parameters")
        if len(loop.nexts) != loop.n_carries:
            self.fail(f"{op} carries {loop.n_carries} values and yields {len(loop.nexts)}")
        expected = loop.n_carries + len(loop.collected) + int(loop.has_count)
        if len(op.results) != expected:
            self.fail(f"{op} has {len(op.results)} results instead of {expected}")
        if loop.cond is not None and len(loop.cond.params) != loop.n_carries:
            self.fail(f"the test of {op} does not take the carried values")
