"""python -m plugin: the same as the command `footnote`."""

from plugin.cli.commands import main

if __name__ == "__main__":
    main()
