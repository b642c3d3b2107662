"""What the operator sets: the environment read once, keys derived from SECRET_KEY, mail addresses.

Config files of rules and words are read by `plugin.notes.rulebook` and `plugin.soreness`.
"""

from plugin.settings.environment import OperatorSettings, read_settings
from plugin.settings.keys import BadLink, BadSeal, Keyring

__all__ = ["BadLink", "BadSeal", "Keyring", "OperatorSettings", "read_settings"]
