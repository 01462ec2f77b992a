"""kpisite: performance appraisal kept as plain text, scored exactly, published as a static site."""

__version__ = "0.1.0"
