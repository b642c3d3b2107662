"""What the operator sets: the environment read once, encryption and signatures by SECRET_KEY, mail addresses.

Config files of rules and words are read by `plugin.notes.rulebook` and `plugin.soreness`.
"""

from plugin.settings.encryption import BadLink, BadSeal, Keyring
from plugin.settings.environment import OperatorSettings, read_settings

__all__ = ["BadLink", "BadSeal", "Keyring", "OperatorSettings", "read_settings"]
