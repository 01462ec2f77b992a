"""Exact decimal arithmetic: one context, one way to round, one way to print.

Sums and products of the figures people write are exact in fifty digits.  A quotient (a ratio to
target, a mean of three) may not be, so comparing and rounding first *settle* a number to thirty
places: no figure that HR can write lies that close to a boundary without lying on it.

>>> half_up(quotient(Decimal("0.5"), Decimal(3)) * Decimal("0.3"), 1)
Decimal('0.1')
"""

from collections.abc import Callable, Iterable
from decimal import (
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeVar, cast

CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)

_SETTLED = Decimal(1).scaleb(-30)
#: Numbers that are so far apart are so when they are settled, too.
_CLOSE = Decimal(1).scaleb(-29)
_PLACES = tuple(Decimal(1).scaleb(-places) for places in range(31))

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

#: A figure in a record stays below this, so that no printed number can grow without bound.
LARGEST = Decimal(10) ** 15
#: A figure in a record has at most so many decimal places.
MOST_PLACES = 10
#: A share that no percentage states is a fraction with at most so many parts.
MOST_PARTS = 9999


F = TypeVar("F", bound=Callable[..., object])


def memoized(function: F) -> F:
    """`function`, which keeps its last answers: a company's figures are few and come up often."""
    return cast(F, lru_cache(maxsize=4096)(function))


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum of `values`; zero for none."""
    result, add = ZERO, CONTEXT.add
    for value in values:
        result = add(result, value)
    return result


def difference(first: Decimal, second: Decimal) -> Decimal:
    """`first` less `second`, in the one context; a bare minus would round to Python's own 28
    digits.

    >>> difference(Decimal(0), quotient(ONE, Decimal(3))) == -quotient(ONE, Decimal(3))
    False
    """
    return CONTEXT.subtract(first, second)


def product(values: Iterable[Decimal]) -> Decimal:
    """The exact product of `values`; one for none."""
    result = ONE
    for value in values:
        result = CONTEXT.multiply(result, value)
    return result


def quotient(top: Decimal, bottom: Decimal) -> Decimal:
    """`top` ÷ `bottom` to sixty digits; the caller has seen to it that `bottom` is not zero."""
    return CONTEXT.divide(top, bottom)


def settle(value: Decimal) -> Decimal:
    """`value` to thirty places, so that 0.0999…9 left over from a division is 0.1 again."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -30:
        return value
    return value.quantize(_SETTLED, context=CONTEXT)


def whole_again(value: Decimal) -> Decimal:
    """`value` settled where that makes it a number with an end, and to all its digits otherwise:
    three thirds of a hundred are 100, and one of them is computed further as exactly as can be.

    >>> whole_again(total([quotient(HUNDRED, Decimal(3))] * 3)) == HUNDRED
    True
    """
    settled = settle(value)
    return settled if decimal_places(settled) < 30 else value


@memoized
def half_up(value: Decimal, places: int) -> Decimal:
    """`value` rounded to `places` places, a tie away from zero (四舍五入), and zero unsigned.

    >>> half_up(Decimal("84.95"), 1), half_up(Decimal("-0.05"), 1), half_up(Decimal("-0.04"), 1)
    (Decimal('85.0'), Decimal('-0.1'), Decimal('0.0'))
    """
    rounded = settle(value).quantize(_PLACES[places], rounding=ROUND_HALF_UP, context=CONTEXT)
    return rounded or abs(rounded)


#: How a number loses the places that are not kept: a tie away from zero (四舍五入) or to the even
#: digit, or whatever lies beyond away from zero or towards it.
RoundingMode = Literal["half-up", "half-even", "up", "down"]
_MODES = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}


def rounded(value: Decimal, places: int, mode: RoundingMode = "half-up") -> Decimal:
    """`value` to `places` places by one of the ways to round, and zero unsigned.

    >>> [str(rounded(Decimal("2.5"), 0, mode)) for mode in ("half-up", "half-even", "up", "down")]
    ['3', '2', '3', '2']
    """
    if mode == "half-up":
        return half_up(value, places)
    kept = settle(value).quantize(_PLACES[places], rounding=_MODES[mode], context=CONTEXT)
    return kept or abs(kept)


def cut(value: Decimal, places: int) -> Decimal:
    """`value`, not below zero, without what lies beyond `places` places.

    >>> cut(quotient(Decimal(10), Decimal(3)), 2), cut(Decimal("0.30"), 1)
    (Decimal('3.33'), Decimal('0.3'))
    """
    return settle(value).quantize(_PLACES[places], rounding=ROUND_FLOOR, context=CONTEXT)


def compare(left: Decimal, right: Decimal) -> int:
    """-1, 0 or 1 as `left` is below, equal to or above `right`, both settled first.

    >>> compare(product((quotient(ONE, Decimal(3)), Decimal(3))), ONE)
    0
    """
    if left == right:
        return 0
    if not -_CLOSE < CONTEXT.subtract(left, right) < _CLOSE:  # no settling brings them together
        return 1 if left > right else -1
    left, right = settle(left), settle(right)
    return (left > right) - (left < right)


@memoized
def plain(value: Decimal) -> str:
    """`value` in full, with no exponent and no idle zeros: 4.40 is `4.4`, 1E+3 is `1000`.

    >>> plain(Decimal("4.40")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('4.4', '1000', '0')
    """
    text = format(settle(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def decimal_places(value: Decimal) -> int:
    """How many decimal places `plain` shows of `value`."""
    _, _, fraction = plain(value).partition(".")
    return len(fraction)


@memoized
def fixed(value: Decimal, places: int, *, grouped: bool = False) -> str:
    """`value` with exactly `places` decimal places, rounded half up; thousands set off on request.

    >>> fixed(Decimal("2800"), 2, grouped=True)
    '2,800.00'
    """
    return format(half_up(value, places), f",.{places}f" if grouped else f".{places}f")


def signed(value: Decimal, places: int) -> str:
    """A change with its sign, to `places` places.

    >>> signed(Decimal("1.5"), 1), signed(Decimal("-0.3"), 1), signed(Decimal(0), 1)
    ('+1.5', '−0.3', '±0.0')
    """
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + fixed(abs(value), places)


def with_minus(number: str) -> str:
    """A number as people read it, with a minus and no hyphen.

    >>> with_minus("-15%")
    '−15%'
    """
    return number.replace("-", "−")


def money(amount: Decimal, places: int = 2) -> str:
    """An amount as people read it, to the places of its currency.

    >>> money(Decimal("-2800")), money(Decimal("2800"), 0)
    ('−2,800.00', '2,800')
    """
    return with_minus(fixed(amount, places, grouped=True))


@memoized
def fraction(value: Decimal) -> Fraction | None:
    """The fraction that `value` stands for, where no percentage states it exactly.

    >>> fraction(quotient(ONE, Decimal(3))), fraction(Decimal("0.333"))
    (Fraction(1, 3), None)
    """
    if decimal_places(CONTEXT.multiply(value, HUNDRED)) <= MOST_PLACES:
        return None
    near = Fraction(value).limit_denominator(MOST_PARTS)
    stated = quotient(Decimal(near.numerator), Decimal(near.denominator))
    return near if compare(stated, value) == 0 else None


@memoized
def percent(value: Decimal) -> str:
    """A share as people read it: 0.005 is `0.5%`, a third is `1/3`.

    >>> percent(Decimal("0.005")), percent(quotient(ONE, Decimal(3)))
    ('0.5%', '1/3')
    """
    parts = fraction(value)
    if parts is not None:
        return f"{parts.numerator}/{parts.denominator}"
    return percentage(value)


@memoized
def percentage(value: Decimal) -> str:
    """A share that was computed, as a percentage whatever fraction it may be: 14 of 19 are
    `73.684210…%`.

    >>> percentage(quotient(Decimal(14), Decimal(19)))
    '73.684210…%'
    """
    text = plain(CONTEXT.multiply(value, HUNDRED))
    whole, _, digits = text.partition(".")
    return f"{text}%" if len(digits) <= MOST_PLACES else f"{whole}.{digits[:6]}…%"
