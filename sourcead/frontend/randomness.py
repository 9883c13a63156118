"""Methods of random generators: each call draws once, where the program has it."""

from __future__ import annotations

import ast

from sourcead.frontend.bindings import Binding
from sourcead.frontend.frame import Frame
from sourcead.frontend.library import library_call
from sourcead.ir.core import Value
from sourcead.ir.types import OpaqueT
from sourcead.ops.catalog import definition, is_definition
from sourcead.ops.signatures_random import PREFIXES

# Methods that change an array in place, and what to call instead.
IN_PLACE = {"shuffle": "permutation", "permuted": "permutation"}


def is_generator(binding: Binding) -> bool:
    """Whether a binding is a random generator."""
    return (
        isinstance(binding, Value)
        and isinstance(binding.type, OpaqueT)
        and binding.type.what in PREFIXES
    )


def draw(
    frame: Frame,
    generator: Value,
    method: str,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding:
    """`rng.normal(mu, sigma, size=n)`: an operation that advances the generator."""
    assert isinstance(generator.type, OpaqueT)
    name = f"{PREFIXES[generator.type.what]}.{method}"
    if not is_definition(name):
        instead = IN_PLACE.get(method)
        frame.refuse(
            node,
            "SAD104",
            f"the generator's method `.{method}()` is not known",
            fix=f"`x = rng.{instead}(x)`"
            if instead
            else "draw outside the differentiated function, and pass the draw as an argument",
        )
    return library_call(frame, definition(name), [generator, *args], kwargs, node)
