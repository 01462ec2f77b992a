"""PDFs and scans of paper as they come in: what stands in them, and the code in the foot."""
