"""What of the docs is made from the code, page by page."""
