"""The two halves of a function's vector-Jacobian product, as `vjp` hands them out.

`f_fwd(args...)` returns the result and a tuple of what was saved; `f_pullback(saved..., out_bar)`
returns one cotangent for each differentiated argument. Nothing saved is consumed.
"""

from __future__ import annotations

from sourcead.ir.core import Function, Param, Region, Value
from sourcead.ir.structure import Fixed, Leaf, Node, Structure
from sourcead.ir.types import NONE, StructT, Type, may_be_real_number
from sourcead.ir.words import spoken_name
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.demands import settle
from sourcead.transforms.facts import Facts
from sourcead.transforms.gradient import reverse
from sourcead.transforms.halves import Mask, Reversed, pack, saved_values
from sourcead.transforms.simplify import SimplifyingBuilder


def vjp_functions(function: Function, moved: Mask, facts: Facts) -> tuple[Function, Function]:
    """The forward half and the pullback of a function.

    Args:
        function: the primal.
        moved: the parameters that are differentiated.
        facts: the module and the rules.
    """
    wanted = tuple(may_be_real_number(v.type) for v in function.body.yields)
    made = reverse(function, moved, wanted, facts)
    saves = saved_values(made, facts)
    # Packing tells of what is saved whether it is there on every path.
    pack(made.function, saves)
    pullback = _pullback(function, made, wanted, saves)
    made.function.name = f"{function.name}_fwd"
    return made.function, pullback


def _pullback(function: Function, made: Reversed, wanted: Mask, saves: list[Value]) -> Function:
    region = Region()
    at_hand = {}
    names: list[str] = []
    for value in saves:
        name = _free_name(spoken_name(value) or "saved", names)
        names.append(name)
        at_hand[value] = region.new_param(value.type, name)
    names.append(_free_name("out_bar", names))
    types = [v.type for v in function.body.yields]
    out_bar = region.new_param(_cotangent_type(function.output, types), names[-1])
    b = SimplifyingBuilder(region, function.loc, "reverse")
    seeds = iter(made.seeds)
    by_result = {k: next(seeds) for k, is_wanted in enumerate(wanted) if is_wanted}
    _unpack(b, function.output, out_bar, by_result, at_hand)
    own = own_values(made.function.body) | set(made.seeds)
    settle(made.region, own, at_hand, dict(made.lengths))
    region.ops += made.region.ops
    region.yields = made.region.yields
    count = len(region.yields)
    output = Node("tuple", tuple(range(count)), tuple(Leaf(k) for k in range(count)))
    params = [Param(n) for n in names]
    return Function(f"{function.name}_pullback", region, params, output, "", function.loc)


def _free_name(name: str, taken: list[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _cotangent_type(structure: Structure, types: list[Type]) -> Type:
    """The cotangent has the structure of the result."""
    if isinstance(structure, Leaf):
        return types[structure.index]
    if isinstance(structure, Fixed):
        return NONE
    parts = tuple(_cotangent_type(child, types) for child in structure.children)
    return StructT(structure.kind, structure.keys, parts, structure.cls)


def _unpack(
    b: SimplifyingBuilder,
    structure: Structure,
    bar: Value,
    seeds: dict[int, Value],
    at_hand: dict[Value, Value],
) -> None:
    """Give each seed its part of the cotangent."""
    if isinstance(structure, Leaf):
        if structure.index in seeds:
            at_hand[seeds[structure.index]] = bar
    elif isinstance(structure, Node):
        for key, child in zip(structure.keys, structure.children, strict=True):
            part = b.op("field", [bar], attrs={"key": key})
            _unpack(b, child, part, seeds, at_hand)
