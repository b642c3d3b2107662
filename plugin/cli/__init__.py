"""The command `footnote`: one file a group of commands, the web server's start, and how a command ends."""
