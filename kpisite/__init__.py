"""kpisite: performance appraisal kept as plain text, scored exactly, published as a static site."""

from kpisite.core.quick_dataclasses import install

__version__ = "0.1.0"

install()  # before any module makes a dataclass
