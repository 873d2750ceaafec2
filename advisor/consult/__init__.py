"""Turns a base and a person's answers into advice, by asking only what can still change it.

In the order of use: `scope` says what a consultation is for, `possible` finds what could be asked,
`nets` holds what is said of advice as a circuit over the open facts and `planes` lays it out in
futures; `stakes` tells what is settled and what an open fact is worth, `doubts` and `paths` what
a question is worth where not all is to be settled. `kinds` has the kinds of questions, one module
each, over what `grouping` puts together; `questions` puts open facts into them, `answers` takes
what is typed, `agenda` lists all that there is to ask, `choosing` takes the next,
and `interview` is the value of what is known. `reasons` says why it is asked, `review` how things
stand and what another answer would do, `effects` what an answer did, `closing` what is left at the
end; `told` holds what there is to say, `dialogue` carries it out in lines of text, `journal` keeps
every step, `saved` writes fact files, `drift` compares them with a changed base, and `session`
begins and resumes the whole.
"""
