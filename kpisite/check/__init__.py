"""Documents to the book: everything HR wrote, validated file by file and then against the rest."""
