"""What the commands of `footnote` do: one file a topic, the words and the exit codes of a terminal."""
