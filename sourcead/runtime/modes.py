"""The kinds of derivative: one line for each, read by everything that treats them differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sourcead.runtime.dispatch import Specialisation
from sourcead.runtime.linear import linear_maker
from sourcead.runtime.pullback import pullback_maker

Finish = Callable[[Any, tuple[Any, ...]], Any]


@dataclass(frozen=True, slots=True)
class Mode:
    """How the runtime asks for a kind of derivative, and what it does with the result.

    `finish` makes, for a specialisation and for whether `wrt` is a tuple of one, the function that
    a result of generated code goes through together with the arguments; None where the result is
    returned as it is. `every` takes the derivative of every argument that has one, and passes over
    the others. `tangents`: the arguments it is taken of have a tangent each among the arguments;
    `along`: these have an axis of directions in front, and are in the form that is needed.
    """

    name: str
    finish: Callable[[Specialisation, bool], Finish | None]
    every: bool = False
    tangents: bool = False
    along: bool = False


def _as_it_is(_: Specialisation, __: bool) -> None:
    return None


def _grad(_: Specialisation, boxed: bool) -> Finish | None:
    return (lambda gradient, _: (gradient,)) if boxed else None


def _value_and_grad(_: Specialisation, boxed: bool) -> Finish | None:
    return (lambda pair, _: (pair[0], (pair[1],))) if boxed else None


def _grad_aux(_: Specialisation, boxed: bool) -> Finish | None:
    return (lambda pair, _: ((pair[0],), pair[1])) if boxed else None


def _vjp(specialisation: Specialisation, _: bool) -> Finish:
    return pullback_maker(specialisation)


def _linearize(specialisation: Specialisation, _: bool) -> Finish:
    return linear_maker(specialisation)


MODES = {
    mode.name: mode
    for mode in (
        Mode("grad", _grad),
        Mode("value_and_grad", _value_and_grad),
        # Of functions that return the scalar and something else besides.
        Mode("grad_aux", _grad_aux),
        Mode("value_and_grad_aux", _value_and_grad),
        Mode("vjp", _vjp, every=True),
        Mode("linearize", _linearize, every=True),
        Mode("jvp", _as_it_is, tangents=True),
        Mode("jvp_along", _as_it_is, tangents=True, along=True),
        Mode("hvp", _grad, tangents=True),
        Mode("jacobian_forward", _as_it_is),
        Mode("jacobian_reverse", _as_it_is),
    )
}
