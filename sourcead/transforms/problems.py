"""Diagnostics of the transformations: each names the operation, the reason and the fix."""

from __future__ import annotations

import linecache

from sourcead.errors import Diagnostic
from sourcead.ir.core import Loc, Op
from sourcead.ir.types import ArrayT, UnknownT
from sourcead.ops.signatures_random import is_draw


def _at(loc: Loc, code: str, message: str, reason: str, fix: str) -> Diagnostic:
    line = linecache.getline(loc.file, loc.line).rstrip("\n") or loc.statement
    end = max(loc.end_col, loc.col + 1)
    return Diagnostic(code, loc.file, loc.line, loc.col, end, message, reason, fix, line)


def no_rule(op: Op) -> Diagnostic:
    """A function on the way from input to output whose derivative is not known."""
    if is_draw(op.name):
        return draw_without_rule(op)
    return _at(
        op.loc,
        "SAD301",
        f"`{op.name}` has no derivative rule",
        reason="it lies on the way from a differentiated argument to the result",
        fix="functions that have one, or declare its derivative with `sourcead.rule`",
    )


def argument_without_rule(op: Op, argument: str) -> Diagnostic:
    """The rule does not cover an argument that the program passes."""
    return _at(
        op.loc,
        "SAD302",
        f"the derivative rule of `{op.name}` does not cover its argument `{argument}`",
        reason="ignoring the argument would give a wrong derivative",
        fix=f"the call without `{argument}`, its effect computed by separate operations",
    )


def zero_everywhere(op: Op, argument: str) -> Diagnostic:
    """The only path from an argument to the result is piecewise constant."""
    return _at(
        op.loc,
        "SAD303",
        f"the derivative with respect to `{argument}` is zero everywhere: `{op.name}` is "
        "piecewise constant and cuts the only path to the result",
        reason="the generated derivative is zero, which is right but seldom what is meant",
        fix="a smooth function in its place, or the argument left out of `wrt`",
    )


def no_jacobian(loc: Loc, name: str, what: object) -> Diagnostic:
    """A whole Jacobian was asked of, or with respect to, something that is no array."""
    fix = "`jvp` or `vjp`, which take any structure, or a function of one array"
    if isinstance(what, ArrayT | UnknownT) and name.isidentifier():
        fix = f'on the command line the rank, `--types "{name}: float64[n]"`; elsewhere {fix}'
    return _at(
        loc,
        "SAD304",
        f"`{name}` is of type {what}, and a Jacobian is of real arrays of known rank",
        reason="its axes are those of the result and of the argument",
        fix=fix,
    )


def not_a_pair(loc: Loc) -> Diagnostic:
    """A gradient with `has_aux=True` was asked of a function that returns something else."""
    return _at(
        loc,
        "SAD304",
        "the result is no pair, and `has_aux=True` is for functions that return `(value, aux)`",
        reason="the first of the two is differentiated, the second is handed out as it is",
        fix="`return value, aux`, or the gradient without `has_aux=True`",
    )


def not_a_scalar(loc: Loc, what: str, pair: bool = False) -> Diagnostic:
    """A gradient was asked of a function whose result is no scalar; `pair`: of which one is."""
    if pair:
        return _at(
            loc,
            "SAD304",
            f"the result is {what}, and a gradient is defined for one real number",
            reason="which of the two is differentiated, and what becomes of the other, is not said",
            fix="`grad(f, has_aux=True)`, which differentiates the first and returns the second",
        )
    return _at(
        loc,
        "SAD304",
        f"the result is {what}, and a gradient is defined for one real number",
        reason="a sum over the elements of a result would be a different function's gradient",
        fix="a scalar result, such as the sum, or `vjp` with a cotangent for the result",
    )


def argument_without_derivative(op: Op, argument: str) -> Diagnostic:
    """The rule differentiates other arguments, but not one that moves here."""
    return _at(
        op.loc,
        "SAD302",
        f"`{op.name}` has no derivative with respect to its argument `{argument}`",
        reason=f"`{argument}` depends on a differentiated argument; taking it as constant would "
        "give a wrong derivative",
        fix=f"a constant for `{argument}`, or the computation with other functions",
    )


def drawn_again(draw: Op, place: Op) -> Diagnostic:
    """A random draw in what has to run more than once."""
    return _at(
        place.loc,
        "SAD302",
        f"`{draw.name}` draws random numbers in a computation that has to run again",
        reason="a second draw would give other numbers; here the primal runs more than once "
        "(a checkpoint, or a Jacobian of several results)",
        fix="the draw before it, passed as an argument",
    )


def asked_again(op: Op) -> Diagnostic:
    """A question whose answer is another one each time, in what has to run more than once."""
    return _at(
        op.loc,
        "SAD302",
        f"`{op.name}` is asked in a computation that has to run again",
        reason="another call would give another answer; here the primal runs more than once",
        fix="the call before it, its result passed as an argument",
    )


def generator_inside(draw: Op) -> Diagnostic:
    """A draw that is done again, from a generator that is not known before."""
    return _at(
        draw.loc,
        "SAD302",
        f"`{draw.name}` draws from a generator that is made, or chosen, in a computation that has "
        "to run again",
        reason="to draw the same numbers again, the generator is put back to the state in which it "
        "was when the computation began",
        fix="one generator for all of it, made before it, or a generator made in it of a seed",
    )


def draw_in_test(draw: Op) -> Diagnostic:
    """The test of a checkpointed loop draws: it is not part of the steps that are taken again."""
    return _at(
        draw.loc,
        "SAD302",
        f"`{draw.name}` draws random numbers in the test of a checkpointed `while`",
        reason="only the steps of the loop are taken again, and the draws of its test stand "
        "between them",
        fix="`while checkpointed(True):`, with `if not ...: break` as its first statement",
    )


def draw_without_rule(op: Op) -> Diagnostic:
    """A random draw whose parameters move."""
    return _at(
        op.loc,
        "SAD301",
        f"a draw by `{op.name}` has no derivative with respect to its parameters",
        reason="how much of the random stream it takes, or which numbers, depends on them",
        fix="constant parameters; for `choice` and `permutation` of an array, draw the positions "
        "and index with them; else a distribution with a location and a scale, such as "
        "`mu + sigma * rng.standard_normal(n)`",
    )


def tangent_of_attempt(op: Op) -> Diagnostic:
    """Forward mode through a loop, a branch or a call inside a `try`."""
    return _at(
        op.loc,
        "SAD302",
        "forward mode goes through a loop, a branch or a call in a `try` that also prints or draws",
        reason="the tangents are computed after the `try`, for which its block runs once more",
        fix="reverse mode (`grad`, `vjp`), or a `try` around what computes only",
    )


def needs_vjp(op: Op) -> Diagnostic:
    """A rule's tangent moves through a loop or a branch that is decided at run time."""
    return _at(
        op.loc,
        "SAD302",
        f"the derivative rule of `{op.name}` cannot be reversed here",
        reason="its tangent goes through a loop or a branch that is decided at run time",
        fix="a call whose lengths and options are known, or a rule that gives `vjp=`",
    )


def complex_without_rule(op: Op) -> Diagnostic:
    """The rule holds for real numbers, and complex ones move here."""
    return _at(
        op.loc,
        "SAD302",
        f"the derivative rule of `{op.name}` holds for real numbers only",
        reason="its argument is complex here, for which the formula would be wrong",
        fix="the computation with the real and imaginary parts, or with functions that are covered",
    )
