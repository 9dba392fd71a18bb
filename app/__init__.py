"""The studio: `core` without a screen, `model` with QtCore, `ui` with widgets."""
