"""HR's desk: what is laid out, asked for and written in the course of a month."""
