"""Lists of the staff, as files of people, posts, salaries and departments."""
