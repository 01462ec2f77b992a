"""Files and folders as they lie on a disk: read, written whole, kept, exchanged in one step."""
