"""The Paint workspace: label map and picture beside each other, tools, and the legend."""
