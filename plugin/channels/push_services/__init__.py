"""What the push channel is made of: the services with their fields, the guarded way out, and Apprise's part. Only
`send.py` imports Apprise, and it is imported when the first note is pushed."""
