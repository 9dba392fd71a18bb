"""A slider that is taught by example: the wall on which pictures are marked."""
