"""Speeds, measured as ratios within one run; never bare seconds."""
