"""`match`: cases chosen by literals and structure."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Binding, DictItems, ListItems, Static
from sourcead.frontend.builtin_calls import python_type
from sourcead.frontend.conditions import compare_pair, condition, elements, everything, truth
from sourcead.frontend.dicts import dict_of
from sourcead.frontend.expressions import get_attribute
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.iteration import known_items
from sourcead.frontend.join import conditional
from sourcead.frontend.memory import named
from sourcead.frontend.statements import lower_block
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value

Found = dict[str, Binding]


@statement(ast.Match)
def match_statement(frame: Frame, stmt: ast.Match) -> None:
    subject = assign(frame, ast.Name("<subject>", ast.Store()), frame.expr(stmt.subject))
    _cases(frame, stmt, subject, stmt.cases)


def _cases(
    frame: Frame, stmt: ast.Match, subject: Binding, cases: Sequence[ast.match_case]
) -> None:
    if not cases:
        return
    case, *rest = cases
    found: Found = {}
    matches = _matches(frame, case.pattern, subject, found)

    def capture() -> None:
        for name, binding in found.items():
            frame.bind(name, binding)

    def take() -> None:
        if case.guard is None:
            capture()
        lower_block(frame, case.body)

    def go_on() -> None:
        _cases(frame, stmt, subject, rest)

    if case.guard is not None and matches is not False:
        matches = _guarded(frame, case.guard, matches, capture)
    if isinstance(matches, bool):
        take() if matches else go_on()
        return
    live = frame.live.after[stmt] | frame.loop_live | {"<subject>"}
    conditional(frame, matches, take, go_on, stmt, live)


def _guarded(
    frame: Frame, guard: ast.expr, matches: bool | Value, capture: Callable[[], None]
) -> bool | Value:
    """Whether a pattern matches and its guard holds, which sees what the pattern captures."""

    def ask() -> Binding:
        capture()
        asked = condition(frame, guard)
        return frame.const(asked) if isinstance(asked, bool) else frame.op("bool", [asked], ("x",))

    if not isinstance(matches, Value):
        capture()
        return condition(frame, guard)
    holds = conditional(
        frame, matches, ask, lambda: frame.const(False), guard, everything(frame)
    )  # fmt: skip
    return truth(frame, holds, guard)


def _matches(frame: Frame, pattern: ast.pattern, subject: Binding, found: Found) -> bool | Value:
    """Whether a pattern matches; what it captures is put into `found`."""
    match pattern:
        case ast.MatchValue(value=value):
            result = compare_pair(frame, "eq", subject, frame.expr(value), value)
            return truth(frame, result, value)
        case ast.MatchSingleton(value=value):
            literal = Static(None) if value is None else frame.const(value)
            result = compare_pair(frame, "is", subject, literal, ast.Constant(value))
            return truth(frame, result, ast.Constant(value))
        case ast.MatchAs(pattern=inner, name=name):
            matches = True if inner is None else _matches(frame, inner, subject, found)
            if name is not None:
                found[name] = subject
            return matches
        case ast.MatchOr(patterns=patterns):
            return _any(frame, patterns, subject, found)
        case ast.MatchSequence():
            return _matches_sequence(frame, pattern, subject, found)
        case ast.MatchMapping():
            return _matches_mapping(frame, pattern, subject, found)
        case ast.MatchClass():
            return _matches_class(frame, pattern, subject, found)
    return _unknown(frame, pattern)


# The flag of the classes that a sequence pattern matches (PEP 634): arrays from NumPy 2.5 on.
IS_SEQUENCE = 1 << 5
SEQUENCES = tuple(
    kind for kind in (list, tuple, range, deque, np.ndarray) if kind.__flags__ & IS_SEQUENCE
)


def _matches_sequence(
    frame: Frame, pattern: ast.MatchSequence, subject: Binding, found: Found
) -> bool | Value:
    kind = python_type(frame, subject, pattern)
    if kind is not None and not issubclass(kind, SEQUENCES):
        return False
    items = None if kind is None else elements(frame, subject, pattern)
    if items is None and kind is np.ndarray:
        with frame.program.written_out():
            items = known_items(frame, subject, pattern)
    if items is None:
        return frame.refuse(
            pattern,
            "SAD108" if kind is np.ndarray else "SAD101",
            "this pattern is not supported here",
            "how many elements there are is known only at run time",
            "a tuple, or `if len(...) == ...` and `a, b = ...`",
        )
    patterns = list(pattern.patterns)
    star = next((k for k, p in enumerate(patterns) if isinstance(p, ast.MatchStar)), None)
    if star is None:
        return len(items) == len(patterns) and _all(frame, patterns, items, found)
    after = len(patterns) - star - 1
    if len(items) < len(patterns) - 1:
        return False
    rest = patterns.pop(star)
    assert isinstance(rest, ast.MatchStar)
    if rest.name is not None:
        between = tuple(items[star : len(items) - after])
        found[rest.name] = frame.new_cell(ListItems(between), rest.name)
    return _all(frame, patterns, [*items[:star], *items[len(items) - after :]], found)


def _matches_mapping(
    frame: Frame, pattern: ast.MatchMapping, subject: Binding, found: Found
) -> bool | Value:
    kind = python_type(frame, subject, pattern)
    if kind is not None and not issubclass(kind, dict):
        return False
    entries = _entries(frame, subject, pattern)
    keys = [static_value(frame.expr(key)) for key in pattern.keys]
    if entries is None or MISSING in keys:
        return _unknown(frame, pattern)
    if any(key not in entries for key in keys):
        return False
    if pattern.rest is not None:
        rest = {key: item for key, item in entries.items() if key not in keys}
        found[pattern.rest] = frame.new_cell(DictItems(rest), pattern.rest)
    return _all(frame, list(pattern.patterns), [entries[key] for key in keys], found)


def _entries(frame: Frame, subject: Binding, node: ast.AST) -> dict[Any, Binding] | None:
    """What a dict holds, None where its keys are not known."""
    if isinstance(subject, Static) and isinstance(subject.value, dict):
        return {
            key: frame.program.static_binding(frame, value, node)
            for key, value in subject.value.items()
        }
    content = dict_of(frame, subject)
    return None if content is None else content.items


def _unknown(frame: Frame, pattern: ast.pattern) -> bool:
    return frame.refuse(
        pattern, "SAD101", "this pattern is not supported", fix="`if` and `elif` on the values"
    )


def _any(
    frame: Frame, patterns: Sequence[ast.pattern], subject: Binding, found: Found
) -> bool | Value:
    result: bool | Value = False
    for pattern in patterns:
        captured: Found = {}
        matches = _matches(frame, pattern, subject, captured)
        if matches is False:
            continue
        if not isinstance(result, Value):
            found.update(captured)
            result = matches
        else:
            for name, binding in captured.items():
                found[name] = _earlier(frame, result, found[name], binding, pattern)
            result = True if matches is True else frame.op("bitor", [result, matches])
        if result is True:
            return True
    return result


def _earlier(
    frame: Frame, matches: Value, first: Binding, second: Binding, node: ast.pattern
) -> Binding:
    """What a name captures: by an alternative, or where that does not match by a later one."""
    if first is second:
        return first
    live = everything(frame)
    found = conditional(frame, matches, lambda: first, lambda: second, node, live)
    return named(frame, found)


def _all(
    frame: Frame, patterns: list[ast.pattern], items: Sequence[Binding], found: Found
) -> bool | Value:
    result: bool | Value = True
    for pattern, item in zip(patterns, items, strict=True):
        matches = _matches(frame, pattern, item, found)
        if matches is False:
            return False
        if isinstance(matches, Value):
            both = result if isinstance(result, Value) else None
            result = matches if both is None else frame.op("bitand", [both, matches])
    return result


def _matches_class(
    frame: Frame, pattern: ast.MatchClass, subject: Binding, found: Found
) -> bool | Value:
    cls = pattern.cls
    wanted, actual = static_value(frame.expr(cls)), python_type(frame, subject, cls)
    if not isinstance(wanted, type) or actual is None:
        return frame.refuse(cls, "SAD108", "the class must be known when the function is compiled")
    if not issubclass(actual, wanted):
        return False
    if wanted in WHOLE and len(pattern.patterns) == 1 and not pattern.kwd_attrs:
        return _matches(frame, pattern.patterns[0], subject, found)
    names = getattr(wanted, "__match_args__", ())[: len(pattern.patterns)]
    if len(names) < len(pattern.patterns):
        return _unknown(frame, pattern)
    items = [get_attribute(frame, subject, name, cls) for name in (*names, *pattern.kwd_attrs)]
    return _all(frame, [*pattern.patterns, *pattern.kwd_patterns], items, found)


# Classes whose only positional pattern is matched against the value itself.
WHOLE = (bool, bytes, dict, float, frozenset, int, list, set, str, tuple)
