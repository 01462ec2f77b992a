"""Pages to bytes: one module for each kind of file."""
