"""Work that no event brings: the scheduler and the worker that run it, and the jobs about a runner.

`scheduler.Scheduler` (one process, with files) or `worker.Worker` (with Postgres) run `dispatcher.Dispatcher`, which
settles each delivery. `first_sync`, `evening_sweep` and `weekly_mail` are the jobs; `retention` deletes what is old.
"""
