"""The workbooks in which people mark: made, and taken back."""
