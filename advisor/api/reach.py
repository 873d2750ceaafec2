"""Which files a command may reach: by itself, so that help and completion load nothing more."""

from advisor.loader.reach import allowing

__all__ = ["allowing"]
