"""The training window: new runs, and how a run is doing."""
