"""What a call of a derivative returns: values, tangents, gradients and blocks of Jacobians."""

from __future__ import annotations

from sourcead.frontend.bindings import Binding, Items, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value
from sourcead.frontend.results import Flat, container
from sourcead.ir.core import Op, Value
from sourcead.ir.structure import Fixed, Leaf, Node, Structure, leaves
from sourcead.ir.types import ArrayT, ScalarT, Type, may_be_real_number


def results(
    frame: Frame, mode: str, boxed: bool, op: Op, flat: Flat, values: list[Value]
) -> Binding:
    """Give the call its results, in the order of the derivative's, and put them together.

    Args:
        frame: the caller.
        mode: the kind of derivative.
        boxed: whether it is taken of a tuple of arguments.
        op: the call.
        flat: what the function itself returns.
        values: the arguments that move.
    """
    assert flat.structure is not None
    if mode == "grad_aux":
        return _with_aux(frame, boxed, op, flat, values)
    if mode in ("jvp", "value_and_grad", "value_and_grad_aux", "call"):
        out = [op.new_result(t) for t in flat.types]
        value = _rebuilt(frame, flat.structure, dict(enumerate(out)))
    if mode == "call":
        return value
    if mode == "jvp":
        real = [k for k, t in enumerate(flat.types) if may_be_real_number(t)]
        dots = {k: op.new_result(flat.types[k]) for k in real}
        return Items((value, _rebuilt(frame, flat.structure, dots)))
    if mode.startswith("jacobian"):
        return _blocks(frame, op, flat, values, boxed)
    grads = _gradients(frame, boxed, op, values)
    return Items((value, grads)) if mode.startswith("value_and_grad") else grads


def _gradients(frame: Frame, boxed: bool, op: Op, values: list[Value]) -> Binding:
    bars = tuple(bind_value(frame, op.new_result(v.type)) for v in values)
    return Items(bars) if boxed else bars[0]


def _with_aux(frame: Frame, boxed: bool, op: Op, flat: Flat, values: list[Value]) -> Binding:
    """The gradient of the first of a pair, and the second."""
    if not isinstance(flat.structure, Node) or len(flat.structure.children) != 2:
        # The compiler says what is wrong with the result.
        return _gradients(frame, boxed, op, values)
    aux = flat.structure.children[1]
    found = {k: op.new_result(flat.types[k]) for k in sorted(set(leaves(aux)))}
    value = _rebuilt(frame, aux, found)
    return Items((_gradients(frame, boxed, op, values), value))


def _rebuilt(frame: Frame, structure: Structure, found: dict[int, Value]) -> Binding:
    """A result of a derivative in the structure of the function's; nothing is shared."""
    if isinstance(structure, Leaf):
        value = found.get(structure.index)
        return Static(None) if value is None else bind_value(frame, value)
    if isinstance(structure, Fixed):
        return Static(structure.value)
    parts = tuple(_rebuilt(frame, child, found) for child in structure.children)
    return container(frame, structure, parts)


def _blocks(frame: Frame, op: Op, flat: Flat, values: list[Value], boxed: bool) -> Binding:
    """The blocks of a Jacobian, for each result one for each argument that moves."""
    found: dict[int, Binding] = {}
    for k, t in enumerate(flat.types):
        if may_be_real_number(t):
            row = tuple(bind_value(frame, op.new_result(_block(t, v.type))) for v in values)
            found[k] = Items(row) if boxed else row[0]
    if isinstance(flat.structure, Leaf):
        return found[flat.structure.index]
    assert flat.structure is not None and not isinstance(flat.structure, Fixed)
    parts = [found.get(c.index) for c in flat.structure.children if isinstance(c, Leaf)]
    return Items(tuple(part or Static(None) for part in parts))


def _block(out: Type, x: Type) -> Type:
    if isinstance(out, ScalarT) and isinstance(x, ScalarT):
        return ScalarT("float")
    dims = [t.dims if isinstance(t, ArrayT) else () for t in (out, x)]
    if dims[0] is None or dims[1] is None:
        return ArrayT("float64", None)
    return ArrayT("float64", (*dims[0], *dims[1]))
