"""What a function hands out: results of the entry share memory with nothing the caller has."""

from __future__ import annotations

from sourcead.backend.alias_groups import has_memory
from sourcead.backend.memory import Memory
from sourcead.backend.paths import Buffers, Path, paths_of
from sourcead.backend.plan import LOOPS, Plan, Sharing, Summary
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop


def protect(plan: Plan, memory: Memory) -> None:
    """Copy each returned value that may share memory with an argument, a global or a result."""
    body = plan.function.body
    _protect_region(plan, memory, body, body.yields, frozenset())


def _protect_region(
    plan: Plan, memory: Memory, region: Region, yields: list[Value], taken: Buffers
) -> None:
    last = region.ops[-1] if region.ops else None
    if last is not None and last in plan.returning:
        others = [v for v in yields if v not in last.results]
        if not _unsafe(memory, others, taken):
            for value in others:
                taken |= memory.reach(value)
            for inner in last.regions:
                _protect_region(plan, memory, inner, inner.yields, taken)
            return
        plan.returning.discard(last)
    for slot in _unsafe(memory, yields, taken):
        copied = Op(
            "copy",
            [yields[slot]],
            ("x",),
            loc=region.ops[-1].loc if region.ops else plan.function.loc,
        )
        copied.phase = region.ops[-1].phase if region.ops else ""
        region.ops.append(copied)
        plan.folded.add(copied.new_result(yields[slot].type))
        yields[slot] = copied.result
    plan.changed()


def _unsafe(memory: Memory, values: list[Value], taken: Buffers) -> list[int]:
    """Positions of the values that share memory with something handed out before, or foreign."""
    found = []
    for slot, value in enumerate(values):
        if not has_memory(value.type):
            continue
        reach = memory.reach(value)
        if reach & (memory.foreign | taken):
            found.append(slot)
        taken |= reach
    return found


def summarise(plan: Plan, memory: Memory) -> Summary:
    """What the results of a function may share, for the functions that call it."""
    parameters = {
        memory.parameter(k, path): (k, path)
        for k, param in enumerate(plan.function.body.params)
        for path in paths_of(param.type)
    }
    results = []
    for value in plan.function.body.yields:
        parts: dict[Path, Sharing] = {}
        for path, buffers in memory.parts.get(value, {}).items():
            arguments = frozenset(parameters[b] for b in buffers if b in parameters)
            parts[path] = (arguments, frozenset(b for b in buffers if b not in parameters))
        results.append(parts)
    written = written_buffers(plan, memory)
    writes = frozenset(part for b, part in parameters.items() if b in written)
    return Summary(tuple(results), writes)


def written_buffers(plan: Plan, memory: Memory) -> Buffers:
    """The buffers that a function overwrites, or hands to a loop that does."""
    found: Buffers = frozenset()
    for op in plan.function.body.walk():
        for operand in plan.written_operands(op):
            for path in plan.written_paths(op, operand):
                found |= memory.own(operand, path)
        if op.name in LOOPS:
            loop = Loop(op)
            for k, carry in enumerate(loop.carries):
                for path in memory.exclusive_parts(carry):
                    found |= memory.own(loop.inits[k], path) | memory.own(loop.nexts[k], path)
    return found
