"""How a command ends, as the shell is told."""

CLEAN, FOUND, MISUSED, OUR_FAULT = 0, 1, 2, 3
