"""channels/mail."""
