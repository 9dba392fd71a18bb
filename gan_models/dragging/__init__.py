"""Points of a picture that are dragged elsewhere: DragGAN (Pan et al. 2023)."""

from gan_models.dragging.drag import Drag, Handle, check, drag

__all__ = ["Drag", "Handle", "check", "drag"]
