"""Files to documents: TOML read exactly, with the place of every entry, and every issue
reported."""
