"""The site in an editor: what is wrong as it is typed, what a row is and comes to, what is still to
be written, and where the rule stands."""
