"""Results to pages: which pages each audience has, and the facts that each page shows."""
