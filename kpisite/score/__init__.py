"""The book to scorecards: one tree of workings for each appraisee and month."""
