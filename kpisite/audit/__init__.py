"""A finished tree held against whom it is for: does anything in it belong to somebody else?"""
