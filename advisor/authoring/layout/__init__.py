"""Turns the files of a base into the canonical layout, with their comments and their meaning."""

from advisor.authoring.layout.files import Laid, lay_out
from advisor.authoring.layout.text import laid_out

__all__ = ["Laid", "laid_out", "lay_out"]
