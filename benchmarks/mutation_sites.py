"""Where a Python module can be made wrong by one small change, and the module with that change.

Not counted are places where a change cannot change what the program does: docstrings, annotations, ``__slots__``,
``__repr__``, assertions (they speak to the type checker) and decorators (sizes of caches, ``frozen``, ``slots``).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """One mutant: the module ``path`` with one change."""

    path: str
    """From the root of the project."""
    number: int
    """Of the site within the module, in the order of the syntax tree."""
    line: int
    function: str
    """Qualified name of the function around it; empty at the level of the module or a class."""
    operator: str
    before: str
    after: str

    def key(self) -> str:
        """The same for the same change as long as the code around it stays, whatever the line."""
        return f"{self.path}:{self.function or '<module>'}: {self.operator}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class _Change:
    operator: str
    line: int
    function: str
    before: str
    after: str
    apply: Callable[[], None]
    """Changes the tree in place."""


def find_sites(path: str, source: str) -> list[Site]:
    """All mutants of a module."""
    changes = _list_changes(ast.parse(source))
    return [
        Site(path, number, one.line, one.function, one.operator, one.before, one.after)
        for number, one in enumerate(changes)
    ]


def mutate(source: str, number: int) -> str:
    """The module's source with the change of that number, its comments lost."""
    tree = ast.parse(source)
    _list_changes(tree)[number].apply()
    return ast.unparse(ast.fix_missing_locations(tree))


def _list_changes(tree: ast.Module) -> list[_Change]:
    found: list[_Change] = []
    _walk(tree, (), found)
    return found


def _walk(node: ast.AST, names: tuple[str, ...], found: list[_Change], at_function: bool = False) -> None:
    """Every child that can matter, with the name of the function around it."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment", "type_params", "ctx"):
            continue
        children = value if isinstance(value, list) else [value]
        for place, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_silent(child):
                continue
            put = _putter(node, name, place if isinstance(value, list) else None)
            inner, function = names, at_function
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner, function = (*names, child.name), not isinstance(child, ast.ClassDef)
            where = ".".join(names) if at_function else ""
            for operator, new in _replacements(child, node, name):
                line = getattr(child, "lineno", getattr(node, "lineno", 0))
                found.append(_Change(operator, line, where, _show(child), _show(new), _bind(put, new)))
            _walk(child, inner, found, function)


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in ("__slots__", "__all__") for target in node.targets)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.name == "__repr__"
    return isinstance(node, (ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr))


def _putter(parent: ast.AST, name: str, place: int | None) -> Callable[[ast.AST], None]:
    def put(new: ast.AST) -> None:
        if place is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[place] = new

    return put


def _bind(put: Callable[[ast.AST], None], new: ast.AST) -> Callable[[], None]:
    return lambda: put(new)


def _replacements(node: ast.AST, parent: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the node's place, with the operator's name."""
    if isinstance(node, ast.Compare):
        for place, one in enumerate(node.ops):
            new = copy.deepcopy(node)
            new.ops[place] = COMPARISONS[type(one)]()
            yield "comparison", new
    elif isinstance(node, ast.BoolOp):
        new_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "boolean", ast.BoolOp(new_op, copy.deepcopy(node.values))
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        new_node = copy.deepcopy(node)
        new_node.op = ARITHMETIC[type(node.op)]()
        yield "arithmetic", new_node
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield "unary", copy.deepcopy(node.operand)
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Continue):
        yield "jump", ast.Break()
    elif isinstance(node, ast.Break):
        yield "jump", ast.Continue()
    if name in ("body", "orelse", "finalbody") and _is_effect(node):
        yield "delete", ast.Pass()
    if (name == "test" and isinstance(parent, (ast.If, ast.While, ast.IfExp))) or name == "ifs":
        assert isinstance(node, ast.expr)
        yield "negate", ast.UnaryOp(ast.Not(), copy.deepcopy(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_effect(node: ast.AST) -> bool:
    """A statement that can go without leaving a name unbound."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets)
    return isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete)) and not _is_yield(node)


def _is_yield(node: ast.AST) -> bool:
    # without its only yield a function is no generator: another kind of fault, and always found
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom))


def _other_constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, str):
        yield "constant", ast.Constant(f"XX{value}" if value else "XX")
    elif isinstance(value, bytes):
        yield "constant", ast.Constant(b"XX" + value)


def _show(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= 100 else f"{text[:97]}..."
