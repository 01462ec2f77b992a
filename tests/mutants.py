"""Changes the program in one place at a time, and says which changes no test notices.

    make mutants MUTANTS_ARGS="--each 2 kpisite/score"

A mutant lives in memory, in a forked process that runs the test files that fit the module.  In each
function `--each` places are changed.  `docs/mutants.md` says why those that survive are left alone.
"""

import argparse
import ast
import os
import random
import signal
import sys
import tomllib
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

#: The test files that should notice, by the module or folder that is changed.
TARGETS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SWAPPED: dict[type[ast.AST], Any] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


def changed(node: ast.AST) -> ast.AST | None:
    """What a mutant has in the place of a node; None where there is nothing to change."""
    match node:
        case ast.Compare(left, [op], right) if type(op) in SWAPPED:
            return ast.Compare(left, [SWAPPED[type(op)]()], right)
        case ast.BoolOp(op, several):
            return ast.BoolOp(SWAPPED[type(op)](), several)
        case ast.BinOp(left, op, right) if type(op) in SWAPPED:
            return ast.BinOp(left, SWAPPED[type(op)](), right)
        case ast.UnaryOp(ast.Not(), operand):
            return operand
        case ast.Constant(bool() | int() as value):
            return ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.Expr(ast.Yield() | ast.YieldFrom()):
            return ast.If(ast.Constant(False), [node], [])
    return None


def places(path: Path, each: int) -> Iterator[int]:
    """The places to change, as indices of `ast.walk`: `each` in every function, always the same."""
    tree = ast.parse(path.read_bytes())
    index = {id(node): number for number, node in enumerate(ast.walk(tree))}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            inner = [node for line in function.body for node in ast.walk(line)]
            found = [index[id(node)] for node in inner if changed(node) is not None]
            seeded = random.Random(f"{path} {function.name}")
            yield from sorted(seeded.sample(found, min(each, len(found))))


class Mutant(MetaPathFinder, Loader, ast.NodeTransformer):
    """Imports the module at `path` with the node at an index of `ast.walk` changed."""

    def __init__(self, path: Path, place: int) -> None:
        self.path, self.tree = path, ast.parse(path.read_bytes())
        self.was = list(ast.walk(self.tree))[place]
        self.now = changed(self.was) or self.was

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name == ".".join(self.path.with_suffix("").parts):
            return spec_from_loader(name, self)
        return None

    def visit(self, node: ast.AST) -> ast.AST:
        return self.now if node is self.was else self.generic_visit(node)

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path.resolve())
        tree = ast.fix_missing_locations(self.visit(self.tree))
        assert isinstance(tree, ast.Module)
        exec(compile(tree, module.__file__, "exec"), module.__dict__)

    def survives(self, tests: list[str]) -> bool:
        """Whether all tests pass in a process that has it."""
        child = os.fork()
        if not child:
            signal.alarm(180)  # a hang is noticed
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            sys.meta_path.insert(0, self)
            os._exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests]))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def __str__(self) -> str:
        was, now = (ast.unparse(one).splitlines()[0] for one in (self.was, self.now))
        return f"{self.path}:{getattr(self.was, 'lineno', 0)}: {was}  →  {now}"


def main() -> None:
    """Prints each mutant that survives, and how many there were."""
    parser = argparse.ArgumentParser()
    parser.add_argument("under", nargs="*", default=sorted(TARGETS), metavar="MODULE_OR_FOLDER")
    parser.add_argument("--each", type=int, default=1, help="so many places in each function")
    asked = parser.parse_args()
    tried: list[bool] = []
    sound: set[str] = set()
    globs = (one if one.endswith(".py") else f"{one}/*.py" for one in asked.under)
    for path in sorted({path for one in globs for path in Path().glob(one)}):
        fits = max((one for one in TARGETS if str(path).startswith(one)), key=len)
        tests = [f"tests/test_{name}.py" for name in TARGETS[fits]]
        if fits not in sound and not Mutant(path, 0).survives(tests):  # of which nothing is changed
            sys.exit(f"the tests of {fits} fail as they are")
        sound.add(fits)
        for place in places(path, asked.each):
            mutant = Mutant(path, place)
            tried.append(mutant.survives(tests))
            if tried[-1]:
                print(mutant, flush=True)
    print(f"{len(tried)} mutants, {sum(tried)} survived")


if __name__ == "__main__":
    main()
