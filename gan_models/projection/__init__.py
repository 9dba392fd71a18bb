"""Projection: the latent of a given picture, found by an encoder and by descent."""
