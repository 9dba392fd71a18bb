"""Photos that become looks, and the children of two looks."""
