"""The WSGI app: settings, wiring, create_app. Without `DATABASE_URL`, or with `WORK_IN_WEB`, this process does the
background work too."""

from functools import partial

from plugin.settings.environment import read_settings

settings = read_settings()

if settings.missing:
    from plugin.web import create_setup_app

    app = create_setup_app(settings)
else:
    from plugin.wiring import build

    application = build(settings, connections=4 if settings.works_in_web else 2)
    app = application.site
    application.start(works=settings.works_in_web)
    app.extensions["footnote-stop"] = partial(application.stop, works=settings.works_in_web)
