"""Ways to tell a note: two fields of the activity, its comment thread, mail, and the runner's page.

Each is two methods and one error (`ports.Channel`, `errors.NotTold`). A runner's choice falls back from private note to
email to page, and never from private to public; that choice is made elsewhere.
"""
