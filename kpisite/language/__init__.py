"""What HR writes: the site, staff, pay, schemes, policies and records, as types with their rules.

Each kind of file is one model here; its fields are the keys that HR may write, and the JSON Schema
that editors use is drawn from the same fields.
"""
