"""The WSGI app for a server of the operator's own: `app:app`. `footnote serve` is the usual way to start the site.

With files, one process serves a folder alone and does the background work too. Beside a Postgres this process answers
requests only, and `footnote worker` does the work, unless `WORK_IN_WEB` is on.
"""

from contextlib import ExitStack

from plugin.settings.environment import read_settings

settings = read_settings()
held = ExitStack()

if settings.missing:
    from plugin.web import create_setup_app

    app = create_setup_app(settings)
else:
    from plugin.wiring import build

    if not settings.database_url:
        from plugin.stores.tiny import serve_alone

        held.enter_context(serve_alone(settings.data_dir))
    application = build(settings, connections=4 if settings.works_in_web else 2)
    app = application.site
    application.start(works=settings.works_in_web)
