"""Calls that a reverse sweep computes again, and values through which it does not go."""

from __future__ import annotations

import ast

from sourcead.frontend.bindings import (
    Binding,
    Items,
    Iteration,
    Static,
)
from sourcead.frontend.derivative_results import results
from sourcead.frontend.frame import Frame
from sourcead.frontend.iterators import begin
from sourcead.frontend.lifting import Args, CallArguments, Kwargs, distinct, lift, lowered, name_of
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import static_value
from sourcead.ir.core import Function, Op, Param, Region, Value
from sourcead.ir.types import ScalarT
from sourcead.ops.catalog import definition

# How many states a checkpointed loop holds where nothing is said.
SNAPSHOTS = 30


class _Recomputed:
    """What is called when `checkpoint(f)` is."""


RECOMPUTED = _Recomputed()


def recomputed(
    frame: Frame, function: Binding, args: Args, kwargs: Kwargs, node: ast.AST
) -> Binding:
    """A call of `checkpoint(f)`: a function of all that it reads, called and not inlined."""
    call = CallArguments(args, kwargs, [], [], [])
    region, flat = lowered(frame, function, call, [], node, detach=False)
    captured = lift(region)
    for value in region.yields:
        if _memory_of(value) in region.params and is_mutable(value.type):
            frame.refuse(
                node,
                "SAD202",
                "the checkpointed function returns an argument, or a view of one",
                fix="a function that returns a `.copy()`",
            )
    name = _only_call(region)
    if not name:
        name = frame.program.fresh_name(name_of(function))
        made = Function(name, region, output=flat.structure, loc=frame.loc(node))
        made.params = [Param(n) for n in distinct([v.hint for v in captured])]
        for param, value in zip(made.params, region.params, strict=True):
            value.hint = param.name
        frame.program.module.functions[name] = made
    op = Op("call", captured, (), {"callee": name, "checkpoint": True}, loc=frame.loc(node))
    frame.builder.append(op)
    return results(frame, "call", False, op, flat, [])


def _only_call(region: Region) -> str:
    """The function that the region calls with its own parameters, if it does nothing else."""
    if len(region.ops) != 1 or region.ops[0].name != "call":
        return ""
    (op,) = region.ops
    same = op.operands == region.params and op.results == region.yields
    return str(op.attrs["callee"]) if same else ""


def _memory_of(value: Value) -> Value:
    """The value in whose memory a value lies."""
    while value.op is not None and (views := definition(value.op.name).views(value.op)):
        value = value.op.operands[views[0]]
    return value


def stopped(frame: Frame, args: Args, node: ast.AST) -> Binding:
    """A copy that does not move, part by part where it is a container."""
    (binding,) = args
    if isinstance(binding, Items):
        parts = tuple(stopped(frame, [item], node) for item in binding.items)
        return Items(parts, binding.kind, binding.names, binding.cls)
    if isinstance(binding, Static):
        return binding
    value = read(frame, binding, node)
    constant = frame.op("stop_gradient", [value], hint=value.hint)
    return bind_value(frame, constant, value.hint)


def checkpointed_steps(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """What `checkpointed(steps, snapshots=s)` is: steps that only a loop can take."""
    given = {**dict(zip(("steps", "snapshots"), args, strict=False)), **kwargs}
    steps = given.get("steps")
    if isinstance(steps, Value) and isinstance(steps.type, ScalarT):
        frame.refuse(
            node,
            "SAD109",
            "`checkpointed` of a number or a test that is not the whole test of a `while`",
            "a loop is run in reverse from snapshots as a whole",
            "`while checkpointed(test):`, where the test may have several parts",
        )
    snapshots = static_value(given["snapshots"]) if "snapshots" in given else SNAPSHOTS
    if steps is None or type(snapshots) is not int or snapshots < 1:
        frame.refuse(
            node,
            "SAD108",
            "`checkpointed` takes what a loop runs over and a literal number of snapshots",
            fix="`for k in checkpointed(range(n), snapshots=30)` or "
            "`while checkpointed(test, snapshots=30)`",
        )
    return Iteration("checkpointed", (begin(frame, steps, node, partly=True), Static(snapshots)))


def split_test(frame: Frame, node: ast.While) -> tuple[ast.expr, int]:
    """The test of a loop, and how many snapshots it holds if it is `checkpointed`, else 0."""
    test = node.test
    if not isinstance(test, ast.Call) or not isinstance(test.func, ast.Name | ast.Attribute):
        return test, 0
    target = static_value(frame.expr(test.func))
    if getattr(target, "__name__", "") != "checkpointed" or not test.args:
        return test, 0
    if getattr(target, "__module__", "") != "sourcead.checkpoints":
        return test, 0
    given = [frame.expr(arg) for arg in test.args[1:]]
    named = {str(k.arg): frame.expr(k.value) for k in test.keywords}
    steps = checkpointed_steps(frame, [Static(True), *given], named, test)
    assert isinstance(steps, Iteration)
    return test.args[0], snapshots_in(steps)


def snapshots_in(steps: Iteration) -> int:
    """How many snapshots a checkpointed loop holds."""
    found = static_value(steps.parts[1])
    assert isinstance(found, int)
    return found
