"""Turns an outcome into the brief that an analyst hands upward: two pages, and their annex.

Nothing is evaluated here anew: advice, flips, stress test and comparisons are those of the other
commands, put together and cross-referenced.
"""

from advisor.brief.briefing import brief
from advisor.brief.result import Address, Brief
from advisor.brief.since import earlier

__all__ = ["Address", "Brief", "brief", "earlier"]
