"""Pictures to train on, with labels: rendered or read from a folder."""
