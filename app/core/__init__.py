"""The studio's work without a screen; imports no Qt."""
