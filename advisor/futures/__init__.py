"""Turns an outcome into what becomes of its advice over every future at once.

In the order of use: `result` holds the records, `choices` finds what is open and how it may come
out, `circuit` brings the advice into boolean form, `planes` evaluates that for many futures at a
time, `tallies` sums what they give and `processes` shares the work, `runs` covers all futures and
`samples` some, `sets` finds path and cut sets, `report` puts everything together.
"""
