"""The signature of a tangent function: where the tangents of parameters stand among them."""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.ir.core import Param


def with_tangents(params: Sequence[Param], moved: Sequence[str]) -> tuple[list[Param], list[str]]:
    """The parameters followed by a tangent for each moved one, and the names of the tangents.

    A tangent is passed by position where the parameters before it are; after a default, a `*` or
    a `**` it has to be named.

    >>> params, names = with_tangents([Param("x"), Param("x_dot")], ["x"])
    >>> [p.name for p in params], names
    (['x', 'x_dot', 'x_dot_2'], ['x_dot_2'])
    >>> params, _ = with_tangents([Param("x"), Param("n", "3")], ["x"])
    >>> params[-1].kind
    'KEYWORD_ONLY'
    """
    taken = {p.name for p in params}
    plain = all(
        p.default is None and p.kind in ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD") for p in params
    )
    names = []
    for name in moved:
        free, number = f"{name}_dot", 2
        while free in taken:
            free, number = f"{name}_dot_{number}", number + 1
        taken.add(free)
        names.append(free)
    kind = "POSITIONAL_OR_KEYWORD" if plain else "KEYWORD_ONLY"
    place = len(params) - (bool(params) and params[-1].kind == "VAR_KEYWORD")
    tangents = [Param(name, None, kind) for name in names]
    return [*params[:place], *tangents, *params[place:]], names
