"""Turns results into text: one module per format, no result of its own."""
