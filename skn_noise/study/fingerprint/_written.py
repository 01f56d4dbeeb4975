"""What a function writes to that outlives it: counts, logs and caches of a user's."""

import ast
import functools
import inspect
import textwrap

_CHANGING = {
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "setdefault",
    "update",
    "write",
}


@functools.lru_cache(maxsize=1024)
def names_written_by(code):
    """Return the names of variables and attributes that code writes to.

    What a study writes itself cannot be what tells it from another.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError):  # typed at a prompt, or part of an expression
        return frozenset()
    return frozenset(filter(None, map(_name_written, ast.walk(tree))))


def _name_written(node):
    match node:
        case ast.Name(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            return _name(node)
        case ast.Subscript(value=target, ctx=ast.Store() | ast.Del()):
            return _name(target)
        case ast.Call(func=ast.Attribute(value=target, attr=attr)) if attr in _CHANGING:
            return _name(target)
    return None


def _name(target):
    while isinstance(target, ast.Subscript):
        target = target.value
    return getattr(target, "id", None) or getattr(target, "attr", None)
