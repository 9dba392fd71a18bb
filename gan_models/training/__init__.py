"""Training: loop, losses, augmentation, data, run folder and recipes."""
