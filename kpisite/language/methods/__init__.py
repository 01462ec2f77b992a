"""The scoring methods.  A new one is a class here and a line in `METHODS`; the scheme's schema,
the checks, the documentation and the law tests follow from it."""

from kpisite.language.methods.bands import Bands
from kpisite.language.methods.base import Indicator, Marked, Measured
from kpisite.language.methods.steps import Steps

METHODS: tuple[type[Indicator], ...] = (Bands, Steps)

__all__ = ["METHODS", "Bands", "Indicator", "Marked", "Measured", "Steps"]
