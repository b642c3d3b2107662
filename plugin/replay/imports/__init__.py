"""Reading a runner's history from a file: Strava's export, a table, a list of activities.

`read(path, zone=…)` gives an `Archive`, or raises BadSource with one sentence. The way of a file: `source` finds it,
`rows` takes it apart, `layout` tells which column is which, `export`, `table` or `listed` turns rows into runs.
"""

from plugin.replay.imports.gathering import Archive, Words, quoted
from plugin.replay.imports.reading import read

__all__ = ["Archive", "Words", "quoted", "read"]
