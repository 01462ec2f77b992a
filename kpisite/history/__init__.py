"""What git remembers: commits, and who wrote which line of a file on which day."""
