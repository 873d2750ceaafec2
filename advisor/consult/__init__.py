"""Turns a base and a person's answers into advice, by asking only what can still change it.

In the order of use: `nets` holds what is said of advice as a circuit over the open facts, `stakes`
tells what is settled and what an open fact is worth, `questions` puts open facts into questions,
`answers` reads what is typed, `agenda` lists all that there is to ask, `interview` is the value of
what is known, with the next question, `reasons` says why it is asked, `told` holds what there is to
say, `dialogue` carries it out in lines of text, `journal` keeps every step, `saved` writes fact
files, `drift` compares them with a changed base, and `session` begins and resumes the whole.
"""
