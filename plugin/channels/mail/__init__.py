"""The mails: `note_letters` and `weekly_letter` say what is in them, `layout` and `mime` shape them, `mailer` sends
them over `smtp`. `pause` stops all mail while the mail server refuses us."""
