"""From a model to a graph of what follows, with its grades, and what else is possible."""
