"""`match`: cases chosen by literals and structure."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Binding, Static
from sourcead.frontend.builtin_calls import python_type
from sourcead.frontend.conditions import compare_pair, condition, elements, truth
from sourcead.frontend.expressions import get_attribute
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.join import conditional
from sourcead.frontend.statements import lower_block
from sourcead.frontend.statics import static_value
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
    for name, binding in found.items():
        frame.bind(name, binding)
    if case.guard is not None and matches is not False:
        if isinstance(matches, Value):
            frame.refuse(case.guard, "SAD108", "a guard after a computed pattern is not supported",
                         fix="an `if` inside the case")  # fmt: skip
        matches = condition(frame, case.guard)
    if isinstance(matches, bool):
        if matches:
            lower_block(frame, case.body)
        else:
            _cases(frame, stmt, subject, rest)
        return
    conditional(
        frame,
        matches,
        lambda: lower_block(frame, case.body),
        lambda: _cases(frame, stmt, subject, rest),
        stmt,
        frame.live.after[stmt] | frame.loop_live | {"<subject>"},
    )


def _matches(
    frame: Frame, pattern: ast.pattern, subject: Binding, found: Found
) -> bool | Value:
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
        case ast.MatchSequence(patterns=patterns):
            items = elements(frame, subject, pattern)
            if not any(isinstance(p, ast.MatchStar) for p in patterns):
                if items is None or len(items) != len(patterns):
                    return _unknown(frame, pattern) if items is None else False
                return _all(frame, list(patterns), items, found)
        case ast.MatchClass(cls=cls, patterns=[], kwd_attrs=names, kwd_patterns=patterns):
            return _matches_class(frame, cls, list(names), list(patterns), subject, found)
    return _unknown(frame, pattern)


def _unknown(frame: Frame, pattern: ast.pattern) -> bool:
    return frame.refuse(
        pattern, "SAD101", "this pattern is not supported", fix="`if` and `elif` on the values"
    )


def _any(
    frame: Frame, patterns: Sequence[ast.pattern], subject: Binding, found: Found
) -> bool | Value:
    result: bool | Value = False
    for pattern in patterns:
        matches = _matches(frame, pattern, subject, found)
        if matches is True or result is True:
            return True
        if isinstance(matches, Value):
            both = result if isinstance(result, Value) else None
            result = matches if both is None else frame.op("bitor", [both, matches])
    return result


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
    frame: Frame,
    cls: ast.expr,
    names: list[str],
    patterns: list[ast.pattern],
    subject: Binding,
    found: Found,
) -> bool | Value:
    wanted, actual = static_value(frame.expr(cls)), python_type(frame, subject, cls)
    if not isinstance(wanted, type) or actual is None:
        return frame.refuse(cls, "SAD108", "the class must be known when the function is compiled")
    if not issubclass(actual, wanted):
        return False
    items = [get_attribute(frame, subject, name, cls) for name in names]
    return _all(frame, patterns, items, found)
