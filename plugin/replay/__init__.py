"""What Footnote would have said over a history: read by `imports`, played by the live rules, shown three ways.

`play` gives a `Replay`; `as_text`, `as_json` and `as_html` show it; `run_replay` is the command.
"""

from plugin.replay.command import run_replay
from plugin.replay.play import Counted, Played, Replay, play

__all__ = ["Counted", "Played", "Replay", "play", "run_replay"]
