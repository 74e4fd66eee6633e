"""The whole site as one application: chat, public pages, console, health."""

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.app import Parts
from bot.keeper import BackupKeeper
from bot.web import box, chat, public, webhooks
from bot.web.conversation import BOX
from bot.web.limits import Limits
from bot.web.pages import STATIC
from bot.web.security import Guard
from bot.web.streams import Streams
from console.app import console_app
from console.parts import Console
from console.second_factors import SecondFactors
from db.uploads import LARGEST

# A file of the largest size and what a form holds besides; the chat says so in words before this is reached.
LARGEST_FORM = LARGEST + 1024 * 1024


def site(parts: Parts) -> Starlette:
    """Return the site; `state.stopping` ends its streams."""
    settings = parts.settings
    names = tuple(name for name in (urlsplit(settings.public_url).hostname, settings.host) if name)
    receiver = parts.receiver
    console = Console(
        parts.database,
        parts.library,
        parts.renderer,
        receiver.read_form,
        parts.clock,
        receiver.changed.wake,
        quiet=settings.quiet,
        channels=tuple(receiver.channels),
        holding=timedelta(minutes=settings.holding_minutes),
        second_approver=settings.second_approver,
        second_factor=settings.second_factor,
        keeper=BackupKeeper(parts.database, settings, parts.clock),
        factors=SecondFactors(settings.secret()),
        shelf=receiver.shelf,
    )
    app = Starlette(
        routes=[
            Route("/", public.home),
            Route("/chat", chat.show),
            Route("/chat", chat.say, methods=["POST"]),
            Route("/chat/stream", chat.stream),
            *box.routes(settings.box_origins),
            Route("/p/", public.policies),
            Route("/p/{page_id}", public.policy),
            Route("/lop/", public.training),
            Route("/lop/{code}.ics", public.training_calendar),
            Route("/lop/{code}", public.training_class),
            Route("/hinh/{sha}/{name}", public.picture),
            Route("/tep/{sha}/{name}", public.attachment),
            *webhooks.routes(receiver.channels),
            Route("/healthz", public.alive),
            Route("/readyz", public.ready),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/console", console_app(console)),
        ],
        middleware=[Middleware(Guard, names=names, framed={BOX.path: settings.box_origins})],
        exception_handlers={404: chat.missing, 500: chat.broken},
        max_body_size=LARGEST_FORM,
    )
    app.state.parts = parts
    app.state.limits = Limits()
    app.state.stopping = console.stopping
    app.state.streams = Streams(parts, console.stopping)
    return app
