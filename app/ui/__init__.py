"""Widgets; imports no torch."""
