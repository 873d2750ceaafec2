"""An explainable policy advisor: facts in, recommendations out, each with its whole reasoning."""

__version__ = "0.1.0"
