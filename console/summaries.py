"""A form's answers as charts, narrowed like the table of its responses."""

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.charts import Chart, chart
from console.pages import communes_of
from console.papers import form_named
from console.tables import read_filter
from console.visit import Visit
from conversation.form import METADATA, Form
from db import summaries

UNCOUNTED = METADATA | {"note", "hidden"}


async def summary(visit: Visit) -> Response:
    """Show a chart for each question of a form."""
    name = visit.request.path_params["name"]
    wanted, problem = read_filter(visit.request.query_params)

    def read(connection: Connection) -> tuple[Form, int, list[Chart]] | None:
        form = form_named(visit, connection, name)
        if form is None:
            return None
        number, tallies = summaries.tally(connection, form, wanted)
        places = visit.console.library.places
        counted = [question for question in form.questions if question.label and question.kind not in UNCOUNTED]
        charts = [chart(question, tallies[question.name], places) for question in counted]
        return form, number, charts

    found = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    form, number, charts = found
    communes = communes_of(visit.console.library.places)
    values = {"form": form, "name": name, "count": number, "charts": charts, "communes": communes}
    return visit.page("summary.html", wanted=wanted, problem=problem, **values)
