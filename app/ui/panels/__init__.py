"""One panel a file, each a view of the studio."""
