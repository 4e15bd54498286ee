"""What can be wrong with a program: each small change of its syntax tree, one at a time."""
import ast
import difflib

from swaps import NAMES, SWAPS

REMOVED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Raise, ast.Return, ast.Continue, ast.Break)
BLOCKS = (ast.If, ast.For, ast.While, ast.With)


def mutants(source):
    """Each mutant once, as its lines before, its lines after, and the whole program."""
    tree = _without_docstrings(ast.parse(source))
    whole = ast.unparse(tree)
    seen = {whole}
    for owner, field, index, new in _edits(tree):
        held = getattr(owner, field)
        setattr(owner, field, new if index is None else held[:index] + new + held[index + 1 :])
        text = ast.unparse(ast.fix_missing_locations(tree))
        setattr(owner, field, held)
        if text not in seen:
            seen.add(text)
            yield (*_difference(whole, text), text)


def _without_docstrings(tree):
    for owner in ast.walk(tree):
        if isinstance(owner, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(owner) is not None:
            owner.body = owner.body[1:] or [ast.Pass()]
    return tree


def _difference(before, after):
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "-+"]
    return tuple("\n".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")


def _edits(tree):
    """Owner, field, index or None, and what takes the place: a node, or the nodes of a list."""
    modules = {one.asname or one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    for owner in list(ast.walk(tree)):
        yield from _of_lists(owner)
        for field, value in ast.iter_fields(owner):
            if isinstance(value, ast.AST):
                for new in _instead(value, modules):
                    yield owner, field, None, new
            for index, one in enumerate(value if isinstance(value, list) else ()):
                if isinstance(one, ast.AST):
                    for new in _instead(one, modules):
                        yield owner, field, index, [new]


def _of_lists(owner):
    """One element less: arguments, elements, operands, conditions of a comprehension."""
    stored = isinstance(getattr(owner, "ctx", None), ast.Store)
    fields = {ast.Call: ("args", "keywords"), ast.comprehension: ("ifs",), ast.List: ("elts",), ast.Tuple: ("elts",)}
    fields.update({ast.Set: ("elts",), ast.BoolOp: ("values",), ast.JoinedStr: ("values",)})
    for field in () if stored else fields.get(type(owner), ()):
        for index in range(len(getattr(owner, field))):
            yield owner, field, index, []
    if isinstance(owner, ast.Dict):
        for index in range(len(owner.keys)):
            rest = [[*all_[:index], *all_[index + 1 :]] for all_ in (owner.keys, owner.values)]
            yield from _whole(owner, ast.Dict(*rest))
    if isinstance(owner, ast.Compare):
        for index, operator in enumerate(owner.ops):
            for swapped in SWAPS[type(operator)]:
                yield owner, "ops", index, [swapped()]


def _whole(owner, new):
    """A change of more than one field of a node, as a change of the first and then of nothing else."""
    values = owner.values
    owner.values = new.values
    yield owner, "keys", None, new.keys
    owner.values = values


def _instead(node, modules):
    """What can stand in the place of a node."""
    if isinstance(node, REMOVED + BLOCKS):
        yield ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    if isinstance(node, ast.Raise) and node.cause is not None:
        yield ast.Raise(node.exc, None)
    if isinstance(node, ast.ExceptHandler):
        yield ast.ExceptHandler(node.type, node.name, [ast.Raise(None, None)])
    if isinstance(node, ast.Constant):
        yield from map(ast.Constant, _other(node.value))
    if isinstance(node, (ast.BoolOp, ast.BinOp)):
        for swapped in SWAPS.get(type(node.op), ()):
            yield (
                ast.BoolOp(swapped(), node.values)
                if isinstance(node, ast.BoolOp)
                else ast.BinOp(node.left, swapped(), node.right)
            )
    if isinstance(node, ast.UnaryOp):
        yield node.operand
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        same = {field: value for field, value in ast.iter_fields(node) if field != "test"}
        yield type(node)(test=ast.UnaryOp(ast.Not(), node.test), **same)
        for always in () if isinstance(node, ast.While) else (True, False):
            yield type(node)(test=ast.Constant(always), **same)
    if isinstance(node, ast.Lambda):
        yield ast.Lambda(node.args, ast.Constant(None))
    if isinstance(node, ast.Slice):
        yield ast.Slice(None, node.upper, node.step)
        yield ast.Slice(node.lower, None, node.step)
    if isinstance(node, ast.Call):
        yield from _without_call(node, modules)


def _other(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1]
    if isinstance(value, str):
        return ["" if value else "mutant"]
    return []


def _without_call(call, modules):
    of = call.func
    if isinstance(of, ast.Name) and of.id in NAMES:
        yield ast.Call(ast.Name(NAMES[of.id], ast.Load()), call.args, call.keywords)
    if isinstance(of, ast.Attribute) and not (isinstance(of.value, ast.Name) and of.value.id in modules):
        yield of.value
    if len(call.args) == 1:
        yield call.args[0]
