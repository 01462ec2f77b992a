"""Files that people wrote, changed by the program: every sign that need not change stays."""
