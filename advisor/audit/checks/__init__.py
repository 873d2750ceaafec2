"""The checks, one module each, named for the pattern that it finds.

A module has a docstring (what the pattern is, then four headed parts), `FAMILY`, `SEVERITY`, and
`find`, which goes from the subject to the faults. `advisor.audit.registry` finds it by its place.
"""
