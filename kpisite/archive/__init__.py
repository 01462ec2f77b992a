"""Keeps signed forms for years, outside of what is built: takes in, checks, lists, deletes."""
