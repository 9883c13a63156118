"""The IR as text: printed for people and tests, never parsed."""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import Function, Module, Op, Region, Value
from sourcead.ir.index import Dots, Entry, NewAxis, Ref, Slice
from sourcead.ir.loops import Loop


class _Names:
    """Short names: the hint where it is free, else the hint or `v` with a number."""

    def __init__(self) -> None:
        self.given: dict[Value, str] = {}
        self.taken: dict[str, int] = {}

    def __call__(self, value: Value) -> str:
        if value not in self.given:
            base = value.hint or "v"
            number = self.taken.get(base, 0)
            self.taken[base] = number + 1
            plain = value.hint and number == 0
            self.given[value] = f"%{base}" if plain else f"%{base}.{number}"
        return self.given[value]

    def typed(self, value: Value) -> str:
        return f"{self(value)}: {value.type}"

    def join(self, values: list[Value]) -> str:
        return ", ".join(self(v) for v in values)


def print_module(module: Module) -> str:
    """Every function of a module, the entry first."""
    ordered = sorted(module.functions.values(), key=lambda f: f.name != module.entry)
    return "\n".join(print_function(f) for f in ordered)


def print_function(function: Function) -> str:
    """One function, with the source line behind each operation."""
    names = _Names()
    params = ", ".join(names.typed(p) for p in function.body.params)
    lines = [f"func @{function.name}({params}) {{"]
    lines += _body(function.body, names, "  ", "return")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _body(region: Region, names: _Names, indent: str, end: str) -> list[str]:
    lines = [line for op in region.ops for line in _op(op, names, indent)]
    lines.append(f"{indent}{end} {names.join(region.yields)}".rstrip())
    return lines


def _op(op: Op, names: _Names, indent: str) -> list[str]:
    if op.name in ("for", "while"):
        return _loop(op, names, indent)
    results = ", ".join(names.typed(r) for r in op.results)
    head = f"{indent}{results} = " if results else indent
    if op.name == "if":
        test = f"if {names(op.operands[0])}" if op.operands else f"try ({op.attrs['catch']})"
        lines = [
            f"{head}{test} {{",
            *_body(op.regions[0], names, indent + "  ", "yield"),
        ]
        lines += [
            f"{indent}}} else {{",
            *_body(op.regions[1], names, indent + "  ", "yield"),
            f"{indent}}}",
        ]
        return lines
    return [_comment(head + _plain(op, names), op)]


def _comment(line: str, op: Op) -> str:
    return f"{line:60s}# {op.loc}" if op.loc.line else line


def _plain(op: Op, names: _Names) -> str:
    if op.name == "const":
        return repr(op.attrs["value"])
    if "index" in op.attrs:
        shown = _index(op, names)
        written = f", {names(op.operands[1])}" if op.name != "getitem" else ""
        return f"{op.name} {names(op.operands[0])}[{shown}]{written}"
    operands = [
        f"{a}={names(v)}" if i and "." in op.name else names(v)
        for i, (a, v) in enumerate(
            zip(op.args or ("",) * len(op.operands), op.operands, strict=False)
        )
    ]
    attrs = [f"{k}={_attr(v)}" for k, v in op.attrs.items()]
    return f"{op.name} {', '.join(operands + attrs)}".rstrip()


def _attr(value: Any) -> str:
    return getattr(value, "name", None) or repr(value)


def _index(op: Op, names: _Names) -> str:
    first = 1 if op.name == "getitem" else 2

    def bound(part: int | Ref | None) -> str:
        if part is None:
            return ""
        return names(op.operands[first + part.k]) if isinstance(part, Ref) else str(part)

    def entry(part: Entry) -> str:
        if isinstance(part, Slice):
            text = f"{bound(part.lower)}:{bound(part.upper)}"
            return text + (f":{bound(part.step)}" if part.step is not None else "")
        if isinstance(part, NewAxis):
            return "None"
        return "..." if isinstance(part, Dots) else bound(part)

    return ", ".join(entry(part) for part in op.attrs["index"])


def _loop(op: Op, names: _Names, indent: str) -> list[str]:
    loop = Loop(op)
    results = ", ".join(names.typed(r) for r in op.results)
    head = f"{indent}{results} = " if results else indent
    carried = ", ".join(
        f"{names.typed(c)} = {names(i)}" for c, i in zip(loop.carries, loop.inits, strict=True)
    )
    flags = "".join(f" {flag}" for flag in ("reverse", "stop", "count") if op.attrs.get(flag))
    lines = []
    if op.name == "for":
        streams = ", ".join(
            f"{names(i)} in {names(s)}" for i, s in zip(loop.items, loop.streams, strict=True)
        )
        lines.append(f"{head}for{flags} {streams} carry({carried}) {{")
    else:
        lines.append(f"{head}while{flags} carry({carried}) {{")
        cond = op.regions[0]
        for param, carry in zip(cond.params, loop.carries, strict=True):
            names.given[param] = names(carry)
        lines += _body(cond, names, indent + "  ", "test")
        lines.append(f"{indent}}} do {{")
    lines += _body(loop.body, names, indent + "  ", "yield")
    lines.append(f"{indent}}}")
    return lines
