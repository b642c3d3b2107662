"""python -m plugin: the same as the command `footnote`."""

import sys

if __name__ == "__main__":
    from os import getcwd
    from os.path import dirname

    # `python -m` puts the current folder first on the import path. Only the folder that holds this package may be
    # there: a tinydb.py in the folder where somebody happens to start us is not ours.
    ROOT = dirname(dirname(__file__))
    sys.path[:] = [entry for entry in sys.path if entry not in ("", getcwd()) or entry == ROOT]

    from plugin.cli.commands import main

    main()
