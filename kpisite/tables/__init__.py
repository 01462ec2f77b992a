"""Tables that come from elsewhere, workbooks and CSV, read within bounds and trusted in nothing."""
