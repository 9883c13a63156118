"""The signature of a tangent function: where the tangents of parameters stand among them."""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.ir.core import Param


def with_tangents(params: Sequence[Param], moved: Sequence[str]) -> tuple[list[Param], list[str]]:
    """The parameters with a tangent for each moved one, and the names of the tangents.

    Tangents follow the parameters that have to be given. Where one that is moved has a default,
    or has to be named, so have the tangents.

    >>> params, names = with_tangents([Param("x"), Param("x_dot")], ["x"])
    >>> [p.name for p in params], names
    (['x', 'x_dot', 'x_dot_2'], ['x_dot_2'])
    >>> [p.name for p in with_tangents([Param("x"), Param("n", "3")], ["x"])[0]]
    ['x', 'x_dot', 'n']
    >>> with_tangents([Param("x"), Param("n", "3")], ["n"])[0][-1].kind
    'KEYWORD_ONLY'
    """
    taken = {p.name for p in params}
    names = []
    for name in moved:
        free, number = f"{name}_dot", 2
        while free in taken:
            free, number = f"{name}_dot_{number}", number + 1
        taken.add(free)
        names.append(free)
    place = count_required(params)
    if {p.name for p in params[:place]}.issuperset(moved):
        kind = "POSITIONAL_OR_KEYWORD"
        if place < len(params) and params[place].kind == "POSITIONAL_ONLY":
            kind = "POSITIONAL_ONLY"
    else:
        kind = "KEYWORD_ONLY"
        place = len(params) - (bool(params) and params[-1].kind == "VAR_KEYWORD")
    tangents = [Param(name, None, kind) for name in names]
    return [*params[:place], *tangents, *params[place:]], names


def count_required(params: Sequence[Param]) -> int:
    """How many parameters at the beginning are passed by position and have no default."""
    for k, param in enumerate(params):
        if param.default is not None or not param.kind.startswith("POSITIONAL"):
            return k
    return len(params)
