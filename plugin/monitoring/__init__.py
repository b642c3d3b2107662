"""Logs without secrets, counts for Prometheus, gauges read when they are asked for.

`metrics` and `gauges` are imported by who counts: commands need logs alone.
"""

from plugin.monitoring.logs import about, errors_logged, set_up_logs

__all__ = ["about", "errors_logged", "set_up_logs"]
