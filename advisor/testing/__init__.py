"""Expectations of fact files: results, coverage, suggestions."""
