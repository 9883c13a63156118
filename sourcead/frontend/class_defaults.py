"""Attributes that one path gives an object and another leaves to its class: `rate = 1.0` there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import Binding, Cell, Instance, Numbered
from sourcead.frontend.classes import class_of, look_up
from sourcead.frontend.frame import Frame

if TYPE_CHECKING:
    from sourcead.frontend.join import Arm

PLAIN = (bool, int, float, complex, str, type(None))


def fill_from_class(frame: Frame, arms: Sequence[Arm], cell: Cell, node: ast.AST) -> None:
    """Give an object what its class has, on the path that has not assigned an attribute."""
    contents = [arm.state.contents[cell] for arm in arms]
    if not all(isinstance(c, Instance) and not isinstance(c, Numbered) for c in contents):
        return
    names = [name for c in contents if isinstance(c, Instance) for name in c.items]
    for arm, content in zip(arms, contents, strict=True):
        assert isinstance(content, Instance)
        if content.items.keys() == set(names):
            continue
        with frame.branch(arm.region, arm.state):
            found = {
                name: content.items.get(name) or _of_class(frame, cell, content, name, node)
                for name in dict.fromkeys(names)
            }
            given = {name: binding for name, binding in found.items() if binding is not None}
            frame.state.contents[cell] = Instance(content.cls, given)


def _of_class(
    frame: Frame, cell: Cell, content: Instance, name: str, node: ast.AST
) -> Binding | None:
    from sourcead.frontend.expressions import get_attribute

    cls = class_of(content)
    if cls is None or not isinstance(look_up(cls, name), PLAIN):
        return None
    return get_attribute(frame, cell, name, node)
