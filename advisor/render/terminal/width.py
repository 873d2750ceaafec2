"""How wide a line may be: a number of columns, or without end where nothing is wrapped."""

from typing import Final

NARROWEST: Final = 20
WIDEST: Final = 160  # beyond that no eye finds the next line
USUAL: Final = 80
ENDLESS: Final = 1_000_000  # in a pipe, and for a screen reader: a record is a line
