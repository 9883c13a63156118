"""A gradient is of a scalar: other results are refused, of unknown rank when the code runs."""

from __future__ import annotations

from sourcead.ir.core import Function, Loc, Value
from sourcead.ir.structure import Fixed, Leaf, Node, Structure
from sourcead.ir.types import ArrayT, ListT, ScalarT, Type, UnknownT, kind_of, rank_of
from sourcead.ops.build import Builder
from sourcead.transforms.facts import Facts
from sourcead.transforms.problems import not_a_pair, not_a_scalar

MESSAGE = "{name} must return a scalar to have a gradient; use vjp for any other result"


def require_scalar(function: Function, facts: Facts, has_aux: bool = False) -> None:
    """Check the result of a function, and add a run-time check where its rank is unknown.

    Args:
        function: the primal, about to be differentiated.
        facts: receives the problem.
        has_aux: the result is a pair, of which the first is differentiated.
    """
    output = function.output
    if has_aux and not _is_pair(output):
        facts.problems.append(not_a_pair(_place(function, _leaf(function, output))))
        return
    if has_aux:
        assert isinstance(output, Node)
        output = output.children[0]
    value = _leaf(function, output)
    if isinstance(output, Fixed):
        what = repr(output.value)
    else:
        what = _refused(value.type if value is not None else None)
    if what:
        pair = not has_aux and _is_pair(output) and _is_scalar(function, output)
        problem = not_a_scalar(_place(function, value), "a pair" if pair else what, pair)
        facts.problems.append(problem)
    elif value is not None and rank_of(value.type) is None:
        _check_at_run_time(function, value)


def _leaf(function: Function, output: Structure) -> Value | None:
    return function.body.yields[output.index] if isinstance(output, Leaf) else None


def _is_pair(output: Structure) -> bool:
    return isinstance(output, Node) and output.kind == "tuple" and len(output.children) == 2


def _is_scalar(function: Function, output: Structure) -> bool:
    """Whether the first of a pair has a gradient."""
    first = _leaf(function, output.children[0]) if isinstance(output, Node) else None
    return first is not None and not _refused(first.type)


def _refused(t: Type | None) -> str:
    """What a result of this type is called, "" where it is or may be a real scalar."""
    if t is None:
        return "several values"
    if isinstance(t, ScalarT | ArrayT):
        if kind_of(t) not in (None, "float"):
            return f"of type {t}"
        return f"an array of type {t}" if rank_of(t) else ""
    if isinstance(t, UnknownT):
        return ""
    return "a list" if isinstance(t, ListT) else f"of type {t}"


def _place(function: Function, value: Value | None) -> Loc:
    """The `return` statement, as far as it is known."""
    if value is None:
        value = next((v for v in function.body.yields if v.op is not None), None)
    return value.op.loc if value is not None and value.op is not None else function.loc


def _check_at_run_time(function: Function, value: Value) -> None:
    b = Builder(function.body, _place(function, value))
    is_array = b.op("ne", [b.op("ndim", [value], ("x",)), b.const(0)])
    refused = b.op("bitor", [is_array, b.op("np.iscomplexobj", [value])])
    b.raise_if(refused, "TypeError", MESSAGE.format(name=function.name))
