"""Signed copies on their way through the years: taken in, checked, missed, and let go when due."""
