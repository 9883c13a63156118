"""Reverse mode on structured SSA.

The operations of a region are walked backwards; each is asked for the cotangents of its operands.
The reversed body is built as if the forward body's values were in scope; `transforms.demands`
then meets what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence

from sourcead.ir.attempts import always_raises, decides, is_attempt
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import axes_of, same_array, seen_by_caller
from sourcead.ir.walk import region_of
from sourcead.ops.build import Builder
from sourcead.transforms.adjoints import CORE_ADJOINTS
from sourcead.transforms.cotangents import Bar, BranchScope, Scope, own_values, spoken_bar_name
from sourcead.transforms.demands import meet_branch_demands
from sourcead.transforms.edges import as_array, zero
from sourcead.transforms.facts import CalleeHalves, Facts
from sourcead.transforms.random_streams import Generators, streams_of_call
from sourcead.transforms.reverse_loop import reverse_loop
from sourcead.transforms.rule_adjoints import rule_adjoint
from sourcead.transforms.selection import Selection
from sourcead.transforms.settled import Settled
from sourcead.transforms.spectral import matrix_function
from sourcead.transforms.spectral_adjoints import function_adjoint


class Sweep:
    """The reversal of one function: what its parts share."""

    def __init__(
        self,
        facts: Facts,
        active: set[Value],
        builder: Builder,
        halves: CalleeHalves,
        selection: Selection,
    ) -> None:
        self.facts = facts
        self.active = active
        self.selection = selection
        self.selected = set(selection.selected)
        self.b = builder
        self.halves = halves
        # Arrays put back by a reverse loop: (forward loop, carry) to the reverse loop's result.
        # The body that is reversed, to which loops add what their reverse needs.
        self.forward_body = Region()
        self.settled = Settled()
        self.states: dict[tuple[Op, int], Value] = {}

    def walk(self, ops: Sequence[Op], scope: Scope) -> None:
        """Reverse operations, last first; each stamps its own location."""
        for op in reversed(ops):
            with self.b.at(op.loc):
                self.step(op, scope)

    def step(self, op: Op, scope: Scope) -> None:
        control = _CONTROL.get(op.name)
        if control is not None:
            control(self, op, scope)
            return
        if len(op.results) != 1:
            return
        bar = scope.lookup(op.result)
        if bar is None:
            return
        core = CORE_ADJOINTS.get(op.name)
        whole = matrix_function(op)
        if whole is not None:
            function_adjoint(self, whole, op, bar, scope)
        elif core is not None:
            core(op, bar, scope)
        else:
            rule_adjoint(self, op, bar, scope)


def reverse_if(sweep: Sweep, op: Op, scope: Scope) -> None:
    """`if` becomes `if` on the same condition; its results are the cotangents it touches."""
    bars = [scope.lookup(r) for r in op.results]
    if all(bar is None for bar in bars):
        return
    branches: list[tuple[BranchScope, Region]] = []
    for region in op.regions:
        reversed_region = Region()
        inner = BranchScope(scope, own_values(region))
        with sweep.b.into(reversed_region):
            seed_yields(inner, region.yields, bars)
            sweep.walk(region.ops, inner)
        branches.append((inner, reversed_region))
    touched = list(dict.fromkeys(v for inner, _ in branches for v in inner.touched()))
    if not touched:
        return
    for (inner, reversed_region), region in zip(branches, op.regions, strict=True):
        with sweep.b.into(reversed_region):
            reversed_region.yields = [as_array(sweep.b, inner.value_or_zero(v), v) for v in touched]
        meet_branch_demands(
            op, region, reversed_region, settled=sweep.settled, in_loop=scope.in_loop
        )
    regions = [region for _, region in branches]
    ending = [k for k, region in enumerate(op.regions) if not always_raises(region)]
    if is_attempt(op) and len(ending) == 1:
        _reverse_only(sweep, regions[ending[0]], touched, scope)
        return
    reverse = Op("if", [decides(op)], (), {}, regions, op.loc, "", "reverse")
    sweep.b.append(reverse)
    for value in touched:
        scope.bars.pop(value, None)
        scope.set(value, reverse.new_result(value.type, f"{value.hint}_bar" if value.hint else ""))


def _reverse_only(sweep: Sweep, region: Region, touched: list[Value], scope: Scope) -> None:
    """The other path raises: whoever gets here has taken this one."""
    sweep.b.region.ops += region.ops
    for value, bar in zip(touched, region.yields, strict=True):
        scope.bars.pop(value, None)
        scope.set(value, bar)


def seed_yields(scope: Scope, yields: Sequence[Value], bars: Sequence[Bar | None]) -> None:
    for value, bar in zip(yields, bars, strict=True):
        scope.add(value, bar)


def reverse_call(sweep: Sweep, op: Op, scope: Scope) -> None:
    """A call becomes a call of the callee's reverse half; its forward half saves for it."""
    found = [(scope.value_of(r), r) for r in op.results]
    bars = [None if bar is None else as_array(sweep.b, bar, r) for bar, r in found]
    if all(bar is None for bar in bars):
        return
    moved = tuple(v in sweep.active for v in op.operands)
    wanted = tuple(bar is not None for bar in bars)
    if op.attrs.get("checkpoint"):
        _reverse_again(sweep, op, moved, wanted, scope)
        return
    names = _parameter_names(sweep, op)
    axes = _callers_axes(sweep, op)
    so_far = _cotangents_so_far(op, moved, scope) if scope.in_loop else {}
    onto = tuple(k in so_far for k in range(len(op.operands)))
    onto = onto if any(onto) else ()
    zeros = sweep.selection.of_call(op.results, op.attrs["callee"], sweep.facts.module)
    halves = sweep.halves.of(op.attrs["callee"], moved, wanted, onto, zeros)
    op.attrs["callee"] = halves.forward
    saved = []
    if halves.saved_type is not None:
        saved_type = seen_by_caller(halves.saved_type, axes)
        saved = [op.new_result(saved_type, f"{halves.primal}_saved")]
    taken = _cotangents_so_far(op, halves.onto, scope)
    sums = [taken.get(k) or zero(sweep.b, op.operands[k]) for k, m in enumerate(halves.onto) if m]
    passed = [op.operands[k] for k in halves.passed] + [op.results[k] for k in halves.handed]
    operands = [*saved, *passed, *(bar for bar in bars if bar is not None), *sums]
    new = Op("call", operands, (), {"callee": halves.reverse}, None, op.loc, "", "reverse")
    sweep.b.append(new)
    _hand_out(op, new, moved, names, scope, taken)


def _cotangents_so_far(op: Op, asked: tuple[bool, ...], scope: Scope) -> dict[int, Value]:
    """What the reverse of a call can add to, by the operand's position; each is added to once."""
    found: dict[int, Value] = {}
    for k, (operand, is_asked) in enumerate(zip(op.operands, asked, strict=False)):
        if not is_asked or operand in op.operands[:k]:
            continue
        bar = scope.lookup(operand)
        if isinstance(bar, Value) and same_array(bar.type, operand.type):
            found[k] = bar
    return found


def _callers_axes(sweep: Sweep, op: Op) -> dict[Hashable, Hashable]:
    """The caller's symbols for those that axes of a callee's parameters have."""
    back: dict[Hashable, Hashable] = {}
    callee = sweep.facts.module.functions[op.attrs["callee"]]
    for param, operand in zip(callee.body.params, op.operands, strict=True):
        known, given = axes_of(param.type), axes_of(operand.type)
        if len(known) == len(given):
            for dim, same in zip(known, given, strict=True):
                back.setdefault(dim.symbol, same.symbol)
    return back


def _parameter_names(sweep: Sweep, op: Op) -> list[str]:
    """The names of the parameters that a call's operands are bound to."""
    return [p.name for p in sweep.facts.module.functions[op.attrs["callee"]].params]


def _hand_out(
    op: Op,
    reverse: Op,
    moved: tuple[bool, ...],
    names: list[str],
    scope: Scope,
    sums: Container[int] = (),
) -> None:
    """The results of a call's reverse are the cotangents of its moved operands.

    Those at the positions of `sums` contain what there was before.
    """
    for k, (operand, is_moved, name) in enumerate(zip(op.operands, moved, names, strict=True)):
        if is_moved:
            bar = reverse.new_result(operand.type)
            bar.soft = spoken_bar_name(operand, name)
            if k in sums:
                scope.set(operand, bar)
            else:
                scope.add(operand, bar)


def _reverse_again(
    sweep: Sweep, op: Op, moved: tuple[bool, ...], wanted: tuple[bool, ...], scope: Scope
) -> None:
    """A checkpointed call: its arguments are all that is kept, and the callee runs once more.

    What it draws is drawn again, from generators that are put back for it.
    """
    b = sweep.b
    home = region_of(sweep.forward_body, op)
    keeping = Builder(Region(), op.loc, "forward")
    generators = Generators(streams_of_call(op, sweep.facts), keeping)
    earlier = generators.states(keeping)
    at = home.ops.index(op)
    home.ops[at:at] = keeping.region.ops
    bars = [scope.value_of(r) for r in op.results]
    operands = [*op.operands, *(bar for bar in bars if bar is not None)]
    zeros = sweep.selection.of_call(op.results, op.attrs["callee"], sweep.facts.module)
    callee = sweep.halves.again(op.attrs["callee"], moved, wanted, (), zeros)
    now = generators.states(b, "now")
    generators.put_back(b, earlier)
    new = Op("call", operands, (), {"callee": callee}, None, op.loc, "", "reverse")
    b.append(new)
    generators.put_back(b, now)
    _hand_out(op, new, moved, _parameter_names(sweep, op), scope)


_CONTROL: dict[str, Callable[[Sweep, Op, Scope], None]] = {
    "if": reverse_if,
    "for": reverse_loop,
    "while": reverse_loop,
    "call": reverse_call,
}
