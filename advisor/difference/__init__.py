"""Turns two bases into what differs between them, and what that does to the advice.

`wording` compares what is written, `merged` puts both into one graph, `advice` and `futures`
compare what comes of it; `report` puts the whole together, in the records of `result`.
"""
