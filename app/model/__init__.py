"""The one observable object that the window is a view of; QtCore only."""
