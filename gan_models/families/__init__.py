"""One file for each family of generators."""
