"""The types that every stage shares: exact numbers, months, texts, faults, formulas, workings."""
