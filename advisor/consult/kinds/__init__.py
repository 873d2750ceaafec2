"""The kinds of questions, one module each, whose `KIND` is all that is known of it.

`advisor.consult.questions` finds it by its place.
"""
