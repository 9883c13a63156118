"""What the conditions that were decided on this path say of others, and of what they choose."""

from __future__ import annotations

from sourcead.frontend.bindings import Binding, Either, State
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Value


class Undecided(Exception):
    """An object is needed whose identity a condition decides when the program runs."""

    def __init__(self, either: Either) -> None:
        super().__init__(either)
        self.either = either


def outcome(state: State, cond: Value) -> bool | None:
    """What a condition is on this path, None where that is not known."""
    known = constant(cond)
    if known is not MISSING:
        return bool(known)
    if cond in state.outcomes:
        return state.outcomes[cond]
    for other, holds in state.outcomes.items():
        found = implied(other, holds, cond)
        if found is not None:
            return found
    return None


def decided(state: State, binding: Binding) -> Binding:
    """The object that is chosen, if this path knows which."""
    while isinstance(binding, Either):
        found = outcome(state, binding.cond)
        if found is None:
            return binding
        binding = binding.then if found else binding.orelse
    return binding


def candidates(state: State, binding: Binding) -> list[Binding]:
    """The objects of which a binding is one."""
    binding = decided(state, binding)
    if not isinstance(binding, Either):
        return [binding]
    found = candidates(state, binding.then)
    return found + [c for c in candidates(state, binding.orelse) if c not in found]


def implied(cond: Value, holds: bool, wanted: Value) -> bool | None:
    """What a condition says of another: both may be results of one branching."""
    if wanted is cond:
        return holds
    for value, other, flipped in ((cond, wanted, False), (wanted, cond, True)):
        op = value.op
        if op is not None and op.name == "not" and op.operands[0] is other:
            return not holds
        if op is not None and op.name == "not" and not flipped:
            return implied(op.operands[0], not holds, wanted)
    op = cond.op
    if op is None or op.name != "if":
        return None
    mine = op.results.index(cond)
    taken = [r for r in op.regions if constant(r.yields[mine]) in (holds, MISSING)]
    if wanted in op.operands:
        return taken[0] is op.regions[0] if len(taken) == 1 else None
    if wanted.op is not op:
        return None
    its = op.results.index(wanted)
    found = {constant(r.yields[its]) for r in taken}
    (only,) = found if len(found) == 1 else (MISSING,)
    return only if isinstance(only, bool) else None
