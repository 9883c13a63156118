"""Chains of versions: how an array that is written in place gets from one version to the next.

A link is a write (`setitem`, `setitem_add`), a loop that carries the array, or an `if` that
writes it on some path. Anything else (a new array bound to the name) ends the chain.
"""

from __future__ import annotations

from dataclasses import dataclass

from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ListT

WRITES = ("setitem", "setitem_add")
# Nothing undoes these: an old version of a list is a copy.
LIST_WRITES = ("append", "insert", "delete", "without_last", "extend", "truncate")


@dataclass(frozen=True, slots=True)
class Link:
    """`op` makes `after` out of `before`; `position` is the place among a control op's results."""

    before: Value
    after: Value
    op: Op
    position: int = 0


def chain(last: Value, first: Value) -> list[Link] | None:
    """The links from the version `first` to `last`, newest first; None where there is no chain."""
    links = []
    while last is not first:
        found = link_to(last)
        if found is None:
            return None
        links.append(found)
        last = found.before
    return links


def link_to(after: Value) -> Link | None:
    """The link that made this version, None where it is not a version of an older one."""
    op = after.op
    if op is None:
        return None
    if op.name in WRITES:
        return Link(op.operands[0], after, op)
    position = op.results.index(after)
    if op.name in ("for", "while"):
        return _loop_link(after, op, position)
    if op.name == "if":
        return _branch_link(after, op, position)
    return None


def _loop_link(after: Value, op: Op, position: int) -> Link | None:
    loop = Loop(op)
    if position >= loop.n_carries:
        return None
    if chain(loop.nexts[position], loop.carries[position]) is None:
        return None
    return Link(loop.inits[position], after, op, position)


def _branch_link(after: Value, op: Op, position: int) -> Link | None:
    chains = [outer_chain(region, region.yields[position]) for region in op.regions]
    roots = [
        links[-1].before if links else region.yields[position]
        for links, region in zip(chains, op.regions, strict=True)
    ]
    if None in chains or roots[0] is not roots[1]:
        return None
    return Link(roots[0], after, op, position)


def outer_chain(region: Region, value: Value) -> list[Link] | None:
    """The links from a version that exists outside the region to one that it yields."""
    own = {r for op in region.ops for r in op.results}
    links = []
    while value in own:
        found = link_to(value)
        if found is None:
            return None
        links.append(found)
        value = found.before
    return links


def changed_lists(body: Region) -> set[Value]:
    """The lists among the versions whose memory a later write reuses."""
    return {v for v in overwritten_versions(body) if isinstance(v.type, ListT)}


def overwritten_versions(body: Region) -> set[Value]:
    """Versions whose memory a later write reuses: keeping one of them means copying it."""
    found: set[Value] = set()
    for op in body.ops:
        if op.name in WRITES or op.name in LIST_WRITES:
            found.add(op.operands[0])
        for region in op.regions:
            found |= overwritten_versions(region)
        if op.name in ("for", "while"):
            loop = Loop(op)
            for k, carry in enumerate(loop.carries):
                if carry in found:
                    # The next iteration writes where this one ended.
                    found.update((loop.inits[k], loop.nexts[k]))
    return found
