"""Turns an outcome into the brief that an analyst hands upward: advice with its whole argument.

Nothing is evaluated here anew: advice, flips, stress test and comparisons are those of the other
commands, put together and cross-referenced.
"""

from advisor.brief.briefing import brief
from advisor.brief.result import Brief

__all__ = ["Brief", "brief"]
