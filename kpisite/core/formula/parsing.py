"""A formula as HR writes it, `(salary - low) ÷ (high - low)`, read into the nodes that compute it.

What is written is plain arithmetic over names: no conditions, loops or calls but those that round
and that take the least or the greatest, which HR knows from spreadsheets.  Whatever branches
belongs in a table, of which can be said whether it is whole.
"""

from decimal import Decimal
from functools import cache
from typing import Any

from kpisite.core.exact import HUNDRED, LARGEST, MOST_PLACES, RoundingMode, quotient
from kpisite.core.formula.arithmetic import (
    Constant,
    Difference,
    Operand,
    Product,
    Quotient,
    Sum,
)
from kpisite.core.formula.base import Formula
from kpisite.core.formula.bounds import Rounded
from kpisite.core.formula.functions import Extreme, Negative, Power, RoundedOperand
from kpisite.core.immutable import immutable

#: What a formula may be at most: longer ones are several figures.
LONGEST, DEEPEST = 500, 20

#: A minus belongs to an id where nothing stands around it, `base-salary`, so that a difference of
#: names has spaces.
GRAMMAR = r"""
?start: sum
?sum: product
    | sum "+" product    -> add
    | sum "-" product    -> subtract
?product: signed
    | product "*" signed -> multiply
    | product "/" signed -> divide
?signed: power
    | "-" atom           -> negative
?power: atom
    | atom "^" exponent  -> raise_to
?exponent: atom
    | "-" atom           -> negative
?atom: NUMBER            -> number
    | PERCENT            -> percentage
    | NAME               -> name
    | NAME "(" [sum ("," sum)*] ")" -> call
    | "(" sum ")"

NUMBER: /[0-9][0-9_]*(\.[0-9]+)?/
PERCENT.2: /[0-9][0-9_]*(\.[0-9]+)? *%/
NAME: /[A-Za-z](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*/

%ignore /[ \t\n\u3000]+/
"""

#: Signs as they stand on paper and come from an input method, and those of the grammar: one
#: character for one, so that a place in the text stays where it is.
SIGNS = str.maketrans("−–－×＊÷／＋％（），＾．０１２３４５６７８９", "---**//+%(),^.0123456789")


@immutable(kw_only=False)
class Unreadable(Exception):
    """What keeps a text from being a formula: `why`, and the passage it is about.

    `why` is the rest of a fault's code: `formula-syntax`, `formula-call`, `formula-arguments`,
    `formula-number`, `formula-long`.
    """

    why: str
    near: str


def parsed(text: str, names: list[str]) -> Formula:
    """The formula that `text` states; the names in it are its parts, in the order of `names`, to
    which those that are new to it are added.

    >>> names: list[str] = []
    >>> parsed("salary × 60% − 1_000", names), names
    (Difference(first=Product(factors=(Operand(index=0), Constant(figure=Decimal('0.6'), \
is_percent=True))), second=Constant(figure=Decimal('1000'), is_percent=False)), ['salary'])
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST:
        raise Unreadable("long", f"{text[:20]}…")
    try:
        tree = _parser().parse(text.translate(SIGNS))
    except UnexpectedInput as error:
        raise Unreadable("syntax", _around(text, error.pos_in_stream)) from None
    return _Reading(text, names).formula(tree, DEEPEST)


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def _around(text: str, at: int | None) -> str:
    """The passage before a place, and what stands there: `salary - )`."""
    if at is None or not 0 <= at < len(text):
        return f"{text[-20:].strip()} …"
    return text[max(at - 15, 0) : at + 1].strip()


class _Reading:
    """One formula being made of its tree; `names` grow by those that are new."""

    def __init__(self, text: str, names: list[str]) -> None:
        self._text = text
        self._names = names
        self._operands = 0

    def formula(self, tree: Any, depth: int) -> Formula:
        """The formula of a tree that goes no deeper than `depth`."""
        if depth == 0:
            raise Unreadable("long", f"{self._text[:20]}…")
        kind, below = str(tree.data), tree.children
        if kind in _CHAINS:
            return self._chain(tree, depth)
        if kind == "call":
            return self._call(str(below[0]), list(below[1:]), depth)
        if kind in ("number", "percentage", "name"):
            return self._operand(kind, str(below[0]))
        inner = [self.formula(one, depth - 1) for one in below]
        return Negative(inner[0]) if kind == "negative" else Power(inner[0], inner[1])

    def _operand(self, kind: str, written: str) -> Formula:
        self._operands += 1
        if self._operands > MOST_OPERANDS:
            raise Unreadable("long", f"{self._text[:20]}…")
        if kind == "name":
            if written not in self._names:
                self._names.append(written)
            return Operand(self._names.index(written))
        number = Decimal(written.rstrip("% ").replace("_", ""))
        exponent = number.as_tuple().exponent
        if number >= LARGEST or (isinstance(exponent, int) and exponent < -MOST_PLACES):
            raise Unreadable("number", written)
        if kind == "percentage":
            return Constant(quotient(number, HUNDRED), is_percent=True)
        return Constant(number)

    def _chain(self, tree: Any, depth: int) -> Formula:
        """Terms or factors one after the other, which the grammar hangs to the left."""
        is_sum = str(tree.data) in ("add", "subtract")
        kinds = ("add", "subtract") if is_sum else ("multiply", "divide")
        links: list[tuple[str, Any]] = []
        while str(tree.data) in kinds:
            tree, right = tree.children[0], (str(tree.data), tree.children[1])
            links.append(right)
        first = self.formula(tree, depth - 1)
        rest = [(kind, self.formula(one, depth - 1)) for kind, one in reversed(links)]
        return _sum_of(first, rest) if is_sum else _product_of(first, rest)

    def _call(self, name: str, arguments: list[Any], depth: int) -> Formula:
        if name in ("min", "max"):
            if len(arguments) < 2:
                raise Unreadable("arguments", f"{name}(a, b)")
            terms = tuple(self.formula(one, depth - 1) for one in arguments)
            return Extreme("min" if name == "min" else "max", terms)
        if name not in ROUNDINGS:
            raise Unreadable("call", name)
        if not 1 <= len(arguments) <= 2:
            raise Unreadable("arguments", f"{name}(a, 2)")
        places = self.formula(arguments[1], 1) if len(arguments) == 2 else Constant(Decimal(0))
        if not (isinstance(places, Constant) and _is_places(places)):
            raise Unreadable("arguments", f"{name}(a, 2)")
        of = self.formula(arguments[0], depth - 1)
        return RoundedOperand(Rounded(of, int(places.figure), ROUNDINGS[name]))


_CHAINS = ("add", "subtract", "multiply", "divide")
MOST_OPERANDS = 60
#: The calls that round, and how.
ROUNDINGS: dict[str, RoundingMode] = {
    "round": "half-up",
    "round-even": "half-even",
    "round-up": "up",
    "round-down": "down",
}
CALLS = ("min", "max", *ROUNDINGS)


def _is_places(stated: Constant) -> bool:
    number = stated.figure
    is_whole = number == number.to_integral_value()
    return not stated.is_percent and is_whole and number <= MOST_PLACES


def _sum_of(first: Formula, rest: list[tuple[str, Formula]]) -> Formula:
    if len(rest) == 1 and rest[0][0] == "subtract":
        return Difference(first, rest[0][1])
    signed = (one if kind == "add" else Negative(one) for kind, one in rest)
    return Sum((first, *signed))


def _product_of(first: Formula, rest: list[tuple[str, Formula]]) -> Formula:
    made, factors = first, [first]
    for kind, one in rest:
        if kind == "multiply":
            factors.append(one)
            made = Product(tuple(factors))
        else:
            made = Quotient(made, one)
            factors = [made]
    return made
