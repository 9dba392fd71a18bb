"""Generators, their training and their latent spaces, in plain PyTorch.

Knows nothing of Qt or of the studio in `app`; good to use from a notebook.
"""
