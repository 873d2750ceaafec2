"""From an outcome to what is said of it: advice, how, why-not, what-if and flips."""
