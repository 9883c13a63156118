"""`in` and `not in`: what a class says by `__contains__`, and elements compared one by one."""

from __future__ import annotations

import ast
import enum
from collections.abc import Sequence

from sourcead.frontend.bindings import Binding, Items, OrNone, Static
from sourcead.frontend.classes import instance_class, object_class, own_method
from sourcead.frontend.dunders import holds_object
from sourcead.frontend.frame import Frame
from sourcead.frontend.join import conditional
from sourcead.frontend.memory import read
from sourcead.frontend.optional import present
from sourcead.frontend.sets import sorted_elements
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value


def membership(frame: Frame, name: str, left: Binding, right: Binding, node: ast.expr) -> Binding:
    """`left in right`, `left not in right`."""
    from sourcead.frontend.conditions import elements, negate, truth

    right = frame.known(present(frame, right), node)
    own = own_method(frame, right, "__contains__", [left], node)
    if own is not None:
        known = truth(frame, own, node)
        if isinstance(known, bool):
            return frame.const(known == (name == "in"))
        return negate(frame, known, node) if name == "not_in" else frame.op("bool", [known], ("x",))
    found = _found_by_iterating(frame, left, right, node)
    if found is not None:
        return found if name == "in" else negate(frame, found, node)
    if instance_class(frame, right) is not None:
        frame.refuse(node, "SAD102", "`in` of an object whose class has no `__contains__`",
                     fix="`def __contains__(self, item)` in the class")  # fmt: skip
    wanted = static_value(left)
    candidates = elements(frame, sorted_elements(frame, right) or right, node)
    if isinstance(right, Static) and isinstance(right.value, str | dict | set | frozenset):
        candidates = [Static(v) for v in right.value]
        if isinstance(wanted, str) and isinstance(right.value, str):
            return frame.const((wanted in right.value) == (name == "in"))
    if isinstance(right, Static) and isinstance(right.value, enum.Flag):
        if isinstance(wanted, type(right.value)):
            return frame.const((wanted in right.value) == (name == "in"))
    if candidates is None:
        value = read(frame, right, node)
        return frame.op(name, [read(frame, left, node), value])
    if any(_compares_itself(frame, b) for b in (left, *candidates)):
        found = equal_to_one(frame, candidates, left, node)
        return negate(frame, found, node) if name == "not_in" else found
    values = [static_value(c) for c in candidates]
    if wanted is not MISSING and MISSING not in values:
        return frame.const((wanted in values) == (name == "in"))
    container = frame.op("tuple", [read(frame, c, node) for c in candidates])
    return frame.op(name, [read(frame, left, node), container])


def _found_by_iterating(
    frame: Frame, left: Binding, right: Binding, node: ast.expr
) -> Binding | None:
    """Whether an iterator, or an object without `__contains__`, yields what equals `left`; None
    for anything else."""
    from sourcead.frontend import iterators, lazy_prelude
    from sourcead.frontend.user_calls import inline_prelude

    steps = iterators.own_iterator(frame, right, node)
    made = iterators.begin(frame, steps, node, partly=True)
    if made is right:
        return None
    known = iterators.known_at_once(frame, made, node)
    if known is not None:
        return membership(frame, "in", left, Items(tuple(known)), node)
    made = iterators.one_by_one(frame, made, node)
    return inline_prelude(frame, lazy_prelude.contains, [made, left], node)


def _compares_itself(frame: Frame, binding: Binding) -> bool:
    """Whether comparing something is more than comparing numbers."""
    if isinstance(binding, OrNone) or holds_object(frame, binding):
        return True
    return isinstance(binding, Static) and own_equality(frame, binding)


def own_equality(frame: Frame, binding: Binding) -> bool:
    """Whether the class of an object says by a method which others it is equal to."""
    from sourcead.frontend.classes import look_up

    cls = object_class(frame, binding)
    return cls is not None and hasattr(look_up(cls, "__eq__"), "__code__")


def equal_to_one(
    frame: Frame, candidates: Sequence[Binding], wanted: Binding, node: ast.expr
) -> Binding:
    """Whether one of several is the wanted one or equal to it: each is asked in turn."""
    from sourcead.frontend.conditions import everything, truth

    if not candidates:
        return frame.const(False)
    first, *rest = candidates
    known = truth(frame, is_or_equals(frame, first, wanted, node), node)
    if known is True:
        return frame.const(True)
    if known is False:
        return equal_to_one(frame, rest, wanted, node)
    return conditional(
        frame,
        known,
        lambda: frame.const(True),
        lambda: equal_to_one(frame, rest, wanted, node),
        node,
        everything(frame),
    )


def is_or_equals(frame: Frame, candidate: Binding, wanted: Binding, node: ast.expr) -> Binding:
    """How containers compare: the same object is found whatever its class says."""
    from sourcead.frontend.conditions import compare_pair

    if candidate is wanted and not isinstance(candidate, Value):
        return frame.const(True)
    return compare_pair(frame, "eq", candidate, wanted, node)
