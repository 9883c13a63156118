"""Split halves: a forward function that also returns what a reverse function reads.

A callee gets both, printed beside its caller; so does the function given to `vjp`, whose pullback
may be called many times: what was saved is read, never consumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sourcead.ir.core import Function, Op, Param, Region, Value
from sourcead.ir.structure import Leaf, Node, Structure
from sourcead.ir.types import UNKNOWN, Type, forget_axes
from sourcead.ops.build import Builder
from sourcead.transforms.chains import overwritten_versions
from sourcead.transforms.costs import is_free, is_plain_number, recomputable, saving_cost
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.demands import bind_undefined, demanded, settle
from sourcead.transforms.facts import Facts
from sourcead.transforms.invariants import quiet
from sourcead.transforms.mincut import cheapest_saves
from sourcead.transforms.pipeline import TOGETHER
from sourcead.transforms.selection import PLAIN, Zeros
from sourcead.transforms.shape_demands import ask_shapes_at_hand, lengths_at_hand
from sourcead.transforms.simplify import SimplifyingBuilder

Mask = tuple[bool, ...]
Reverser = Callable[[Function, Mask, Mask, Mask, Zeros], "Reversed"]


@dataclass
class Reversed:
    """A forward body and its reverse, the latter reading the former's values as if in scope."""

    function: Function
    region: Region
    sweep: Any
    seeds: list[Value]
    results: list[Value]
    # How the reverse half makes lengths of axes again.
    lengths: dict[Value, Op] = field(default_factory=dict)


@dataclass
class Pair:
    """The names of a function's two halves.

    `saved_type` types what passes between them, None if nothing does; of a recursive pair that is
    `awaited` by its own calls it is unknown. The reverse half is also passed the arguments at the
    positions `passed`, the results at the positions `handed`, and last the cotangents so far of the
    arguments of `onto`, which it adds to.
    """

    primal: str
    forward: str
    reverse: str
    saved_type: Type | None
    awaited: bool = False
    onto: Mask = ()
    passed: tuple[int, ...] = ()
    handed: tuple[int, ...] = ()


class Halves:
    """The halves made so far, one pair per function, moved parameters and wanted results."""

    def __init__(self, facts: Facts, reverser: Reverser) -> None:
        self.facts = facts
        self.reverser = reverser
        self._made: dict[tuple[str, Mask, Mask, Zeros], Pair] = {}

    def of(self, name: str, moved: Mask, wanted: Mask, onto: Mask, zeros: Zeros = PLAIN) -> Pair:
        """The halves of a function; a recursive function meets its own, still unfinished, pair.

        The first call decides on `onto`, so that all calls share one pair. What is known
        of the cotangents of its results stands in `zeros`.
        """
        key = (name, moved, wanted, zeros)
        if key not in self._made:
            forward = self.facts.fresh_name(f"{name}_fwd")
            backward = self.facts.fresh_name(f"{name}_rev")
            # A recursive call meets a pair whose type is not known yet.
            pair = Pair(name, forward, backward, UNKNOWN, onto=onto)
            self._made[key] = pair
            made = self.reverser(self.facts.module.functions[name], moved, wanted, onto, zeros)
            self._split(pair, made)
        pair = self._made[key]
        pair.awaited = pair.awaited or pair.saved_type is UNKNOWN
        return pair

    def again(
        self, name: str, moved: Mask, wanted: Mask, onto: Mask = (), zeros: Zeros = PLAIN
    ) -> str:
        """The function of primal arguments and cotangents that runs both sweeps.

        The cotangents of the arguments of `onto` are passed too, last, and added to.
        """
        from sourcead.transforms.function_demands import meet_function_demands

        key = (f"{name} again", moved, wanted + onto, zeros)
        if key not in self._made:
            new_name = self.facts.fresh_name(f"{name}_rev")
            self._made[key] = Pair(name, "", new_name, UNKNOWN)
            made = self.reverser(self.facts.module.functions[name], moved, wanted, onto, zeros)
            meet_function_demands(made)
            body = made.function.body
            # What the program prints, it has printed in the forward sweep.
            body.ops = quiet(body.ops, self.facts) + made.region.ops
            body.params += made.seeds
            body.yields = made.region.yields
            params = list(made.function.params)
            for seed in made.seeds:
                seed.hint = free_name(seed.hint or "out_bar", {p.name for p in params})
                params.append(Param(seed.hint))
            loc = made.function.loc
            output = outputs(len(body.yields))
            self.facts.module.functions[new_name] = Function(
                new_name, body, params, output, "", loc
            )
        return self._made[key].reverse

    def _split(self, pair: Pair, made: Reversed) -> None:
        saves = saved_values(made, self.facts)
        if not pair.awaited:
            params, results = made.function.body.params, made.function.body.yields
            pair.passed = tuple(k for k, param in enumerate(params) if param in saves)
            saves = [value for value in saves if value not in params]
            pair.handed = tuple(results.index(value) for value in saves if value in results)
            saves = [value for value in saves if value not in results]
        packed = _handed_on(made.function, saves, pair.awaited)
        pair.saved_type = forget_axes(packed.type) if packed is not None else None
        # Callers read the results one by one, arrays that the callee wrote among them.
        made.function.output = None
        made.function.name = pair.forward
        self.facts.module.functions[pair.forward] = made.function
        self.facts.module.functions[pair.reverse] = _reverse_half(pair, made, saves, packed)


def _handed_on(function: Function, saves: list[Value], always: bool) -> Value | None:
    """Make what is saved the last result of the forward half: one value alone, several packed."""
    if len(saves) > 1 or always:
        return pack(function, saves)
    for value in saves:
        bind_undefined(value)
    function.body.yields += saves
    return saves[0] if saves else None


def pack(function: Function, saves: list[Value]) -> Value:
    """Make the tuple of what is saved the last result of the forward half."""
    for value in saves:
        bind_undefined(value)
    b = Builder(function.body, phase="forward")
    packed = b.op("tuple", saves, tuple(f"e{k}" for k in range(len(saves))), style="saved")
    function.body.yields.append(packed)
    last = Leaf(len(function.body.yields) - 1)
    function.output = Node("tuple", (0, 1), (function.output, last))
    return packed


def saved_values(made: Reversed, facts: Facts) -> list[Value]:
    """What the reverse half cannot know by itself; numbers and views are made again there.

    Of numbers that would do, those that the program names are saved: they say more.
    """
    _tidy(made, facts)
    body, reverse = made.function.body, made.region
    ask_shapes_at_hand(body, reverse, made.seeds)
    made.lengths = lengths_at_hand(body, reverse, made.seeds)
    own = own_values(body)
    overwritten = overwritten_versions(body)

    def needs(value: Value) -> list[Value] | None:
        op = made.lengths.get(value, value.op)
        again = op is not None and (is_free(op) or (is_plain_number(value) and recomputable(op)))
        return list(op.operands) if op is not None and again else None

    saves, _ = cheapest_saves(
        demanded(reverse, own),
        lambda v: v not in own,
        needs,
        lambda v: saving_cost(v, overwritten) + int(is_plain_number(v) and not v.hint),
    )
    return saves


def _tidy(made: Reversed, facts: Facts) -> None:
    """Simplify both sweeps as the one function they are: what neither needs is not saved."""
    body, reverse = made.function.body, made.region
    n_params, n_results = len(body.params), len(body.yields)
    body.params += made.seeds
    body.ops += reverse.ops
    body.yields += reverse.yields
    for run in TOGETHER:
        run(made.function, facts)
    reverse.ops = [op for op in body.ops if op.phase != "forward"]
    reverse.yields = made.results = body.yields[n_results:]
    body.ops = [op for op in body.ops if op.phase == "forward"]
    del body.params[n_params:], body.yields[n_results:]


def _reverse_half(pair: Pair, made: Reversed, saves: list[Value], packed: Value | None) -> Function:
    region = Region()
    saved = [region.new_param(packed.type, "saved")] if packed is not None else []
    passed = [made.function.body.params[k] for k in pair.passed]
    passed += [made.function.body.yields[k] for k in pair.handed]
    at_hand = {v: region.new_param(v.type, v.hint or v.soft) for v in passed}
    region.params += made.seeds
    if packed in saves:
        at_hand.update(zip(saves, saved, strict=True))
    elif saves:
        unpack = SimplifyingBuilder(region, phase="reverse")
        for position, value in enumerate(saves):
            read = unpack.op("field", saved, attrs={"key": position}, hint=value.hint)
            read.soft = value.soft
            at_hand[value] = read
    made.region.yields = made.results
    settle(made.region, own_values(made.function.body), at_hand, dict(made.lengths))
    region.ops += made.region.ops
    region.yields = made.region.yields
    params = [Param("saved") for _ in saved]
    for value in region.params[len(saved) :]:
        name = value.hint or ("out_bar" if value in made.seeds else "out")
        value.hint = free_name(name, {p.name for p in params})
        params.append(Param(value.hint))
    output = outputs(len(region.yields))
    loc = made.function.loc
    half = pair.forward if saved else ""
    return Function(pair.reverse, region, params, output, "", loc, forward_half=half)


def free_name(name: str, taken: set[str]) -> str:
    """A name like this one that is not taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def outputs(count: int) -> Structure:
    if count == 1:
        return Leaf(0)
    return Node("tuple", tuple(range(count)), tuple(Leaf(k) for k in range(count)))
