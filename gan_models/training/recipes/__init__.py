"""Settings of a training run, one TOML file for each recipe."""
