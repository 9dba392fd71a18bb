"""Points of the picture that are pulled elsewhere: handles, targets and what may move."""
