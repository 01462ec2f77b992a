"""How a command ends, as the shell is told."""

CLEAN, FOUND, MISUSED, OUR_MISTAKE = 0, 1, 2, 3
#: What the shell itself says of a program that Ctrl-C ended.
INTERRUPTED = 130
