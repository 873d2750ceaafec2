"""Says which files may be read, and where what was read is kept."""

from advisor.loader.kept import keeping, users_folder
from advisor.loader.reach import allowing

__all__ = ["allowing", "keeping", "users_folder"]
