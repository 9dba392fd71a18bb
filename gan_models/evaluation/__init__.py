"""Figures of quality: what edits move, how samples compare with data."""
