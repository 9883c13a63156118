"""Random draws that are done again: which generators they come from, and how to put these back.

Where a reverse sweep runs a computation once more, every generator that it draws from is first put
back to the state in which it was then, so that the same numbers come; afterwards it is left in the
state in which the reverse sweep found it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from sourcead.errors import Diagnostic
from sourcead.ir.core import Function, GlobalRef, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import OpaqueT
from sourcead.ir.walk import Map, copy_op, defined, free_values_of, substitute
from sourcead.ir.words import spoken_name
from sourcead.ops.build import Builder
from sourcead.ops.signatures_random import is_draw
from sourcead.transforms.facts import Facts
from sourcead.transforms.invariants import draw_in
from sourcead.transforms.problems import draw_in_test, generator_inside

MAKERS = ("np.random.default_rng", "np.random.RandomState")
CONTAINERS = ("tuple", "list", "dict", "object")


@dataclass(frozen=True)
class Stream:
    """A generator: a part of a value, of a module-level object, or (without root) NumPy's own."""

    root: Value | GlobalRef | None
    keys: tuple[Hashable, ...] = ()
    what: str = ""

    def value(self, b: Builder) -> Value | None:
        """The generator, read where the builder stands; None for NumPy's own."""
        if self.root is None:
            return None
        if isinstance(self.root, GlobalRef):
            found = b.op("global", [], attrs={"ref": self.root}, type=OpaqueT(self.what))
        else:
            found = self.root
        for key in self.keys:
            found = b.op("field", [found], attrs={"key": key})
        return found


class Streams:
    """What a region draws from, in terms of its parameters and of values from outside.

    `unknown` are the draws whose generator is made or chosen inside; one that is made of a seed is
    made again of the same one, and is not listed at all.
    """

    def __init__(self, region: Region, facts: Facts, inside: tuple[str, ...] = ()) -> None:
        self.facts = facts
        self.inside = inside
        self.own = set(defined(region)).difference(region.params)
        # With the draw that comes first.
        self.found: dict[Stream, Op] = {}
        self.unknown: dict[Op, None] = {}
        for op in region.walk():
            if op.name == "call":
                self._call(op)
            elif is_draw(op.name):
                self._draw(op)

    def _draw(self, op: Op) -> None:
        if op.name in MAKERS:
            if not _is_seeded(op):
                self.unknown[op] = None
        elif op.name.startswith("np.random."):
            self.found.setdefault(Stream(None), op)
        else:
            self._note(op, op.operands[0], ())

    def _call(self, op: Op) -> None:
        """What the callee draws from; a recursive call draws from what the outer one does."""
        name = str(op.attrs["callee"])
        if name in self.inside:
            return
        body = self.facts.module.functions[name].body
        callee = Streams(body, self.facts, (*self.inside, name))
        self.unknown |= callee.unknown
        for stream, draw in callee.found.items():
            if isinstance(stream.root, Value):
                self._note(draw, op.operands[body.params.index(stream.root)], stream.keys)
            else:
                self.found.setdefault(stream, draw)

    def _note(self, draw: Op, value: Value, keys: tuple[Hashable, ...]) -> None:
        made = self.resolve(value, keys)
        if made is None:
            self.unknown[draw] = None
        elif isinstance(made, Stream):
            self.found.setdefault(made, draw)

    def resolve(self, value: Value, keys: tuple[Hashable, ...]) -> Stream | Op | None:
        """Where a part of a value comes from: an operation if it is made in the region."""
        while value in self.own:
            op = value.op
            if op is None:
                return None
            if op.name == "field":
                value, keys = op.operands[0], (op.attrs["key"], *keys)
            elif op.name == "set_field" and keys:
                written = op.attrs["key"] == keys[0]
                value, keys = op.operands[int(written)], keys[int(written) :]
            elif op.name in CONTAINERS and keys and not op.attrs.get("dynamic"):
                names = list(op.attrs.get("keys", range(len(op.operands))))
                value, keys = op.operands[names.index(keys[0])], keys[1:]
            elif op.name == "global" and isinstance(op.attrs["ref"], GlobalRef):
                what = value.type.what if isinstance(value.type, OpaqueT) else ""
                return Stream(op.attrs["ref"], keys, what)
            else:
                return op if op.name in MAKERS else None
        return Stream(value, keys)


def _is_seeded(op: Op) -> bool:
    """Whether a generator is made of a seed; without one it would be another one next time."""
    seed = op.operand("seed")
    if seed is None:
        return op.attrs.get("seed") is not None
    return not isinstance(seed.type, OpaqueT)


class Generators:
    """Generators as values: their states are kept, and put back."""

    def __init__(self, streams: list[Stream], b: Builder) -> None:
        self.values = [stream.value(b) for stream in streams]

    def states(self, b: Builder, when: str = "state") -> list[Value]:
        """The states in which the generators are where the builder stands."""
        found = []
        for generator in self.values:
            state = b.op("generator_state", [generator] if generator else [])
            state.soft = f"{spoken_name(generator) if generator else 'random'}_{when}"
            found.append(state)
        return found

    def put_back(self, b: Builder, states: list[Value]) -> None:
        """Put the generators back into these states."""
        for generator, state in zip(self.values, states, strict=True):
            operands = [state, generator] if generator is not None else [state]
            args = ("state", "rng")[: len(operands)]
            b.append(Op("restore_generator", operands, args, {}, None, b.loc, "", b.phase))


def streams_of_call(call: Op, facts: Facts) -> list[Stream]:
    """What a call draws from, in terms of its operands.

    Args:
        call: the call, which is done again.
        facts: the module; receives what cannot be drawn again.
    """
    region = Region()
    region.ops, region.params = [call], list(dict.fromkeys(call.operands))
    streams = Streams(region, facts)
    _report(map(generator_inside, streams.unknown), facts)
    return list(streams.found)


def streams_before(op: Op, facts: Facts) -> list[Stream]:
    """What all steps of a loop draw from, in terms of values before the loop.

    Args:
        op: the loop, whose body calls a function and does nothing else.
        facts: the module; receives what cannot be drawn again.
    """
    loop = Loop(op)
    (call,) = loop.body.ops
    body = facts.module.functions[str(call.attrs["callee"])].body
    step = Streams(body, facts)
    _report(map(generator_inside, step.unknown), facts)
    if loop.cond is not None:
        test = (draw_in(inner, facts) for inner in loop.cond.walk())
        _report((draw_in_test(draw) for draw in test if draw is not None), facts)
    found = []
    for stream, draw in step.found.items():
        before = _before(stream, loop, call, step)
        if before is not None:
            found.append(before)
        else:
            _report([generator_inside(draw)], facts)
    return found


def _before(stream: Stream, loop: Loop, call: Op, step: Streams) -> Stream | None:
    """The same generator before the loop; None if it is not one for all steps."""
    if not isinstance(stream.root, Value):
        return stream
    body = step.facts.module.functions[str(call.attrs["callee"])].body
    root = call.operands[body.params.index(stream.root)]
    if root in loop.items:
        return None
    if root in loop.carries:
        k = loop.carries.index(root)
        after = body.yields[call.results.index(loop.nexts[k])]
        if step.resolve(after, stream.keys) != stream:
            return None
        root = loop.inits[k]
    return Stream(root, stream.keys, stream.what)


def _report(problems: Iterable[Diagnostic], facts: Facts) -> None:
    facts.problems += [p for p in dict.fromkeys(problems) if p not in facts.problems]


Around = dict[Op, tuple[list[Op], list[Op]]]


def drawn_again(first: Function, linear: Function, copies: Map, facts: Facts) -> Around:
    """Let a copy of a function draw again what loops, branches and calls of the function draw.

    Args:
        first: the function; receives what keeps the states of generators.
        linear: a copy of it, without what has no effect on its results.
        copies: from values of the function to values of the copy.
        facts: the module; receives what cannot be drawn again.

    Returns:
        For each operation of the copy that draws: what has to be done before it, and after it.
    """
    found: Around = {}
    body: list[Op] = []
    for op, copied in zip(list(first.body.ops), linear.body.ops, strict=True):
        region = Region()
        region.ops, region.params = [op], list(dict.fromkeys(free_values_of(op)))
        streams = Streams(region, facts)
        if (op.regions or op.name == "call") and (streams.found or streams.unknown):
            _report(map(generator_inside, streams.unknown), facts)
            before, after = Region(), Region()
            b = Builder(Region(), op.loc, op.phase)
            generators = Generators(list(streams.found), b)
            earlier = generators.states(b)
            at = first.body.ops.index(op)
            first.body.ops[at:at] = b.region.ops
            body += [copy_op(made, copies) for made in b.region.ops]
            with b.into(before):
                now = generators.states(b, "now")
                generators.put_back(b, earlier)
            with b.into(after):
                generators.put_back(b, now)
            for made in (before, after):
                substitute(made, copies)
            found[copied] = (before.ops, after.ops)
            body += [*before.ops, copied, *after.ops]
        else:
            body.append(copied)
    linear.body.ops = body
    return found
