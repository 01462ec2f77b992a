"""Scorecards to results: what follows from the totals, alone and taken together."""
