"""Fast drawing: what changed is computed, the rest is kept; drafts go on to full pictures."""

from gan_models.engine import spade, stylegan2, stylegan3  # noqa: F401  # they register their programs
from gan_models.engine.engine import CACHE_BYTES, Engine
from gan_models.engine.plans import Plan, Precision, Report
from gan_models.engine.program import Inputs

__all__ = ["CACHE_BYTES", "Engine", "Inputs", "Plan", "Precision", "Report"]
