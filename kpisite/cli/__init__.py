"""The command line: the one place that prints, asks for the terminal's width, and exits."""
