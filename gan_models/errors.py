"""The errors of the package, each with a message that names the file or value and the remedy::

GanvasError
├── ModelLoadError      a file is no model that can be opened
├── DirectionError      a direction that the open model does not have, or that does not fit
├── DataError           pictures or labels that cannot be trained on
├── TrainingError       a run that cannot start, go on or be resumed
└── ProjectionError     a model, or a file, that a photo cannot be projected with
"""


class GanvasError(Exception):
    """Something that the user can understand and mend; its message is one clear sentence."""


class ModelLoadError(GanvasError):
    """A file is no model that can be opened."""


class DirectionError(GanvasError):
    """A direction is unknown to the open model or does not fit it."""


class DataError(GanvasError):
    """Pictures or labels cannot be used."""


class TrainingError(GanvasError):
    """A training run cannot start, go on or be resumed."""


class ProjectionError(GanvasError):
    """A photo cannot be projected with this model or this file."""


class SupersededError(GanvasError):
    """A picture was given up because a newer one is wanted."""
