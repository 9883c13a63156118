"""From a module of the IR to Python text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from sourcead.backend import inplace, results, syntax
from sourcead.backend.alias_groups import Groups
from sourcead.backend.call_graph import (
    call_order,
    pure_functions,
    recursive_functions,
    with_private_twins,
)
from sourcead.backend.fold import fold
from sourcead.backend.helper_text import helper_text
from sourcead.backend.memory import Memory
from sourcead.backend.naming import name_values
from sourcead.backend.plan import Plan, Summary
from sourcead.backend.prepare import prepared
from sourcead.backend.printing import to_text
from sourcead.backend.schedule import fold_calls, schedule
from sourcead.backend.scope import Require, Scope
from sourcead.backend.slots import NO_HANDOVER, Handover, handover_of, take_names
from sourcead.backend.starts import keep_starts
from sourcead.backend.statements import Printer
from sourcead.ir.core import Module, Param, Region, Value
from sourcead.ir.structure import Fixed, Leaf, Node, Structure


@dataclass(frozen=True, slots=True)
class EmitOptions:
    """How to print.

    `comments`: head the sweeps and each group of adjoint statements.
    """

    comments: bool = True


@dataclass(frozen=True, slots=True)
class Emitted:
    """The text, the name of the function asked for, and the names the text reads.

    `exports` are the printed names of the module's further functions, in order.
    """

    text: str
    entry: str
    requires: tuple[Require, ...]
    exports: tuple[str, ...] = ()


DEFAULT = EmitOptions()


def emit(module: Module, style: EmitOptions = DEFAULT) -> Emitted:
    """Print a module.

    Args:
        module: functions that call each other; it is not changed.
        style: options.

    Returns:
        The text of all functions and of the helpers they use, without imports; what it needs to
        run is listed in `requires`.
    """
    original, module = module, with_private_twins(module)
    scope = Scope(module)
    pure = pure_functions(module)
    recursive = recursive_functions(module)
    summaries: dict[str, Summary] = {}
    printed: dict[str, ast.stmt] = {}
    shorter: dict[str, str] = {}
    public = {module.entry, *module.exports}
    handovers: dict[str, Handover] = {}
    contents = cache(_contents)
    forward_halves = {function.forward_half for function in module.functions.values()}
    for key in call_order(module):
        plan = Plan(prepared(module.functions[key], pure), pure, summaries)
        plan.comments = style.comments
        memory = decide(plan, key in public, key in recursive)
        if key not in public and key not in recursive:
            summaries[key] = results.summarise(plan, memory)
        keep_starts(plan)
        handover = handovers.get(plan.function.forward_half, NO_HANDOVER)
        take_names(plan, handover, scope.reserved)
        name_values(plan, scope.reserved)
        if key in forward_halves:
            handovers[key] = handover_of(plan)
        assumed = original.assumed if key == module.entry else ()
        node = _function(plan, scope, key, key in public, assumed)
        twin = None if key in public | recursive else _twin(node, printed, public, contents)
        if twin is None:
            printed[key] = node
        else:
            name = scope.functions[twin]
            shorter[name] = min(shorter.get(name, name), scope.functions[key], key=len)
            scope.functions[key] = name
    _rename(printed.values(), shorter)
    body = [printed[key] for key in module.functions if key in printed and key != module.entry]
    text = to_text([*body, printed[module.entry]])
    helpers = helper_text(scope)
    if helpers:
        text = f"{helpers}\n\n{text}"
    exports = tuple(scope.functions[key] for key in module.exports)
    return Emitted(text, scope.functions[module.entry], tuple(scope.requires.values()), exports)


def _twin(
    node: ast.stmt,
    printed: dict[str, ast.stmt],
    public: set[str],
    contents: Callable[[ast.FunctionDef], list[str]],
) -> str | None:
    """A function that has been printed with the very same parameters and statements."""
    assert isinstance(node, ast.FunctionDef)
    for key, other in printed.items():
        if key not in public and isinstance(other, ast.FunctionDef):
            if len(other.body) == len(node.body) and contents(other) == contents(node):
                return key
    return None


def _rename(functions: Iterable[ast.stmt], names: dict[str, str]) -> None:
    """Call functions by other names."""
    for function in functions if names else ():
        for node in ast.walk(function):
            if isinstance(node, ast.FunctionDef):
                node.name = names.get(node.name, node.name)
            elif isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)


def _contents(function: ast.FunctionDef) -> list[str]:
    return [ast.dump(part) for part in (function.args, *function.body)]


def decide(plan: Plan, public: bool = True, fixed: bool = False) -> Memory:
    """Everything about a function except for names.

    Args:
        plan: a prepared function.
        public: called from outside: it leaves its arguments alone and hands out fresh memory.
        fixed: its callers are compiled before it is: it must not ask anything of them.
    """
    groups = Groups(plan)
    fold(plan, groups)
    schedule(plan, groups)
    memory = inplace.decide(plan, may_take=not public and not fixed)
    fold_calls(plan)
    if public:
        results.protect(plan, memory)
    return memory


# The function around the body -----------------------------------------------------------------


def _function(
    plan: Plan, scope: Scope, key: str, public: bool, assumed: tuple[str, ...]
) -> ast.stmt:
    """The definition; a function that only others of the module call returns its results flat."""
    function = plan.function
    output = function.output if public else None
    printer = Printer(plan, scope)
    body: list[ast.stmt] = [ast.Expr(ast.Constant(function.doc))] if function.doc else []
    body += [ast.Assert(ast.parse(text, mode="eval").body, None) for text in assumed]
    body += _returning(printer, function.body, output)
    params = function.params if public else [Param(p.name) for p in function.params]
    signature = _arguments(params, scope)
    node = ast.FunctionDef(scope.functions[key], signature, body or [ast.Pass()], [])
    node.returns = None
    return node


def _returning(printer: Printer, region: Region, output: Structure | None) -> list[ast.stmt]:
    """A block that ends the function."""
    last = region.ops[-1] if region.ops else None
    if last is None or last not in printer.plan.returning:
        return printer.block(region) + _return(printer, region.yields, output)
    outer = region.yields

    def branch(inner: Region) -> list[ast.stmt]:
        chosen = dict(zip(last.results, inner.yields, strict=True))
        values = [chosen.get(v, v) for v in outer]
        return _returning_values(printer, inner, values, output)

    return printer.block(region, skip=last) + printer.choose(last, branch)


def _returning_values(
    printer: Printer, region: Region, values: list[Value], output: Structure | None
) -> list[ast.stmt]:
    last = region.ops[-1] if region.ops else None
    if last is None or last not in printer.plan.returning:
        return printer.block(region) + _return(printer, values, output)

    def branch(inner: Region) -> list[ast.stmt]:
        chosen = dict(zip(last.results, inner.yields, strict=True))
        return _returning_values(printer, inner, [chosen.get(v, v) for v in values], output)

    return printer.block(region, skip=last) + printer.choose(last, branch)


def _return(printer: Printer, values: list[Value], output: Structure | None) -> list[ast.stmt]:
    """The `return` statement; a function that gives back nothing has none."""
    if output is None:
        nodes = [printer.expr(v) for v in values]
        return (
            [ast.Return(nodes[0] if len(nodes) == 1 else syntax.tuple_of(nodes))] if nodes else []
        )
    if isinstance(output, Fixed) and output.value is None:
        return []
    return [ast.Return(_structure(printer, values, output))]


def _structure(printer: Printer, values: list[Value], output: Structure) -> ast.expr:
    if isinstance(output, Leaf):
        return printer.expr(values[output.index])
    if isinstance(output, Fixed):
        return syntax.literal(output.value)
    children = [_structure(printer, values, child) for child in output.children]
    return _container(printer, output, children)


def _container(printer: Printer, node: Node, children: list[ast.expr]) -> ast.expr:
    if node.kind == "tuple":
        return syntax.tuple_of(children)
    if node.kind == "list":
        return ast.List(children, syntax.LOAD)
    if node.kind == "dict":
        return ast.Dict([syntax.literal(k) for k in node.keys], list(children))
    cls = printer.class_name(node.cls)
    return syntax.call(cls, [], dict(zip(map(str, node.keys), children, strict=True)))


class _Renaming(ast.NodeTransformer):
    """Names as they are bound in the printed module."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        return ast.parse(self.names[node.id], mode="eval").body


def _default(param: Param, scope: Scope) -> ast.expr | None:
    if param.default is None:
        return None
    tree = ast.parse(param.default, mode="eval").body
    renamed: ast.expr = _Renaming(scope.default_names(param)).visit(tree)
    return renamed


def _arguments(params: list[Param], scope: Scope) -> ast.arguments:
    """The signature as the user wrote it."""
    made = ast.arguments([], [], None, [], [], None, [])
    for param in params:
        argument = ast.arg(param.name, None)
        default = _default(param, scope)
        if param.kind == "KEYWORD_ONLY":
            made.kwonlyargs.append(argument)
            made.kw_defaults.append(default)
        elif param.kind == "VAR_POSITIONAL":
            made.vararg = argument
        elif param.kind == "VAR_KEYWORD":
            made.kwarg = argument
        else:
            group = made.posonlyargs if param.kind == "POSITIONAL_ONLY" else made.args
            group.append(argument)
            if default is not None:
                made.defaults.append(default)
    return made
