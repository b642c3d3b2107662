"""The figures that the runner's page and mails show, by the same rules as live. Pure.

`summarise` computes them from a list of runs, `model` holds them, `plan` looks ahead, `weekly` is the weekly mail's
part, `charts` and `shoe_charts` place the drawings.
"""
