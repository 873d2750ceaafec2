"""Says which files may be read, and where what was read is kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from advisor.api.arguments import filled
from advisor.loader import reach
from advisor.loader.kept import keeping, users_folder

__all__ = ["allowing", "keeping", "users_folder"]


@filled
def allowing(folders: Sequence[str | Path]) -> AbstractContextManager[None]:
    """Let the files that are read in a `with` reach these folders too, and what is below them.

    Beside the base and their own folder; see `advisor.load`.
    """
    return reach.allowing(folders)
