"""One file for each panel of the window."""
