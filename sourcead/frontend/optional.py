"""Values that are None on some paths: `best = None` before a loop that may find something.

`x is None` is then a condition of the program. Whatever else is done with such a value takes it for
granted that it is there: the program raises where it is not, as Python does. A path on which the
condition has been decided knows what it has.
"""

from __future__ import annotations

from sourcead.frontend.bindings import HALF, UNBOUND, Binding, Maybe, OrNone, State, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.outcomes import implied
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Region, Value


def or_none(binding: Binding, given: Binding) -> Binding:
    """What is `binding` where `given` is true, and None elsewhere."""
    known = constant(given) if isinstance(given, Value) else MISSING
    if known is MISSING:
        return OrNone(binding, given)
    return binding if known else Static(None)


def present(frame: Frame, binding: Binding) -> Binding:
    """A value that is used: where it is None, the program raises."""
    if not isinstance(binding, OrNone):
        return binding
    given = binding.given
    assert isinstance(given, Value)
    names = [n for n, b in frame.state.env.items() if b is binding and n.isidentifier()]
    region = Region()
    test = frame.op("not", [given])
    with frame.builder.into(region):
        message = frame.const(f"{names[0] if names else 'a value'} is None")
        raised = frame.builder.make("raise", [message], ("x0",), {"exc": "TypeError"})
        frame.builder.append(raised)
    check = frame.builder.make("if", [test], (), {})
    check.regions = [region, Region()]
    frame.builder.append(check)
    decide(frame.state, given, True)
    return binding.binding


def is_none(frame: Frame, binding: OrNone) -> Binding:
    """`x is None`."""
    assert isinstance(binding.given, Value)
    return frame.op("not", [binding.given])


def decide(state: State, cond: Value, outcome: bool) -> None:
    """On this path a condition has turned out true or false: so much is known of the names."""
    state.outcomes[cond] = outcome
    op = cond.op
    if op is not None and op.name == "not":
        decide(state, op.operands[0], not outcome)
    if op is not None and op.name == "if" and cond in op.results and op.operands:
        _decide_both(state, cond, outcome)
    for name, binding in state.env.items():
        if isinstance(binding, OrNone) and binding.given is cond:
            found = binding.binding if outcome else Static(None)
            state.env[name] = found
            state.decided[name] = (binding, found)


def _decide_both(state: State, cond: Value, outcome: bool) -> None:
    """`a and b` is true, or `a or b` false: so are both parts."""
    assert cond.op is not None
    position = cond.op.results.index(cond)
    first = cond.op.operands[0]
    then, orelse = (region.yields[position] for region in cond.op.regions)
    for part, other, taken in ((then, orelse, True), (orelse, then, False)):
        if constant(part) is (not outcome):
            decide(state, first, not taken)
            decide(state, other, outcome)


def assume(frame: Frame, cond: Value, holds: bool) -> None:
    """On the path where a condition has this value, some names are surely bound, or not None."""
    decide(frame.state, cond, holds)
    for name, binding in frame.state.env.items():
        if isinstance(binding, Maybe) and isinstance(binding.bound, Value):
            bound = implied(cond, holds, binding.bound)
            if bound is not None:
                otherwise: Binding = HALF if binding.half else UNBOUND
                frame.state.env[name] = binding.binding if bound else otherwise
