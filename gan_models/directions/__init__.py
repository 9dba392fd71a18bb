"""Named directions in W: how they are found."""
