"""Asks of a case what all clients are given, and what two of them are given side by side."""

from __future__ import annotations

from advisor.answers import beside
from advisor.answers import survey as surveys
from advisor.api.arguments import filled

survey = filled(surveys.survey)
survey.__module__ = __name__
compare = filled(beside.compare)
compare.__module__ = __name__
