"""Strava in our words: the one place that knows its addresses, tokens, limits and shapes (`ports.Strava`).

Read `live` first: what can be asked. Below it `tokens` (one refresh at a time), `budget` (when to keep away), `oauth`
(connecting and parting), `facts` and `fields` (their answers in our words), `answers` (their refusals in our words),
`session` and `bounded` (where calls may go and how long they may take).

stravalib is loaded by the first call, not by an import: a process that never calls Strava stays smaller.
"""
