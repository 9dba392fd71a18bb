"""The seed wall: thumbnails to choose seeds from, and two of them to compare."""
