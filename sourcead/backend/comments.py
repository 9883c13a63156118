"""Comments: the two sweeps, and over each group of adjoint statements the primal statement."""

from __future__ import annotations

import ast

from sourcead.backend.plan import LOOPS, Plan
from sourcead.backend.printing import Comment
from sourcead.ir.core import Op, Region

CLOSE = 3
WIDTH = 90


def headings(plan: Plan, region: Region) -> dict[Op, list[ast.stmt]]:
    """The comments to print before operations of a region."""
    found: dict[Op, list[ast.stmt]] = {}
    if not plan.comments:
        return found
    if region is plan.function.body:
        _sweeps(plan, region, found)
    for texts, first in _groups(plan, region):
        texts = [_one_line(text) for text in texts]
        joined = "; ".join(texts)
        shown = [joined] if len(joined) <= WIDTH else texts
        found.setdefault(first, []).extend(map(Comment, shown))
    return found


def _one_line(text: str) -> str:
    """A statement that may have been written on several lines, on one."""
    line = " ".join(text.split())
    for opening, closing in ("()", "[]", "{}"):
        line = line.replace(f"{opening} ", opening)
        line = line.replace(f", {closing}", closing).replace(f" {closing}", closing)
    return line


def _sweeps(plan: Plan, region: Region, found: dict[Op, list[ast.stmt]]) -> None:
    """`# forward` and `# reverse`, if there are both."""
    statements = list(plan.statements(region))
    first = {op.phase: op for op in reversed(statements)}
    if "reverse" not in first:
        return
    for phase in ("forward", "reverse"):
        if phase in first:
            found.setdefault(first[phase], []).append(Comment(phase))


def _groups(plan: Plan, region: Region) -> list[tuple[list[str], Op]]:
    """Runs of adjoint statements of one primal statement; interleaved runs are one group."""
    runs: list[tuple[str, Op]] = []
    for op in plan.statements(region):
        text = _text(plan, op)
        if text is None:
            continue
        if not runs or runs[-1][0] != text:
            runs.append((text, op))
    groups: list[tuple[list[str], Op]] = []
    k = 0
    while k < len(runs):
        end = _end_of_group([text for text, _ in runs], k)
        texts = list(dict.fromkeys(text for text, _ in runs[k:end] if text))
        if texts:
            groups.append((texts, runs[k][1]))
        k = end
    return groups


def _end_of_group(texts: list[str], start: int) -> int:
    """Past the last run that belongs with the one at `start`: none of its texts comes back soon."""
    end = start + 1
    k = end
    while k < min(end + CLOSE - 1, len(texts)):
        k += 1
        if texts[k - 1] and texts[k - 1] in texts[start:end]:
            end = k
    return end


def _text(plan: Plan, op: Op) -> str | None:
    """The primal statement behind an adjoint statement, None where no heading is wanted."""
    if op.phase != "reverse":
        return None
    if op.name in LOOPS or plan.has_branches(op):
        return ""
    return op.loc.statement
