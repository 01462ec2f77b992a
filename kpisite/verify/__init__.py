"""Verifies printed forms: who signed, and whether the records still say what the paper says."""
