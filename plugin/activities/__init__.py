"""One activity, from the event to its note, and its deletion.

`workflow.Workflow` handles a delivery: it reads Strava, has `run_evaluator.RunEvaluator` judge the run and
`note_delivery.NoteDelivery` tell the note. `plan` decides what is to be done, `intake` accepts events.
"""
