"""Templates of web pages: everything they show is escaped, and a value that is missing is an error."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from content.render import clock, day, long_day


def html_templates(folder: Path) -> Environment:
    """Return the templates of a folder, with the filters for days and times."""
    templates = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters.update(day=day, long_day=long_day, clock=clock)
    return templates
