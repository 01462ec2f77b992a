"""From results to the folder that readers open: what is to be made, made, brought up to date."""
