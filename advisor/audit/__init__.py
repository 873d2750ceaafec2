"""Turns a base, with its scenarios, into findings: what is wrong with it, each with a witness.

A check is one file under `checks/`; its docstring is its documentation.
"""
