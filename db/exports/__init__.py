"""What can be exported and shown as a table, by the names of the command line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import BinaryIO

from db.exports.calls import calls
from db.exports.deliveries import deliveries
from db.exports.listing import Filter, Listing, Source
from db.exports.people import contacts, establishments
from db.exports.report import Report
from db.exports.responses import form_names, interests, responses
from db.exports.roster import roster
from db.exports.separated import write_csv
from db.exports.training import sign_ups
from db.exports.workbook import Told, write_xlsx

__all__ = ["LISTINGS", "SUFFIXES", "Filter", "Listing", "Report", "Source", "export", "form_names", "sign_ups"]

LISTINGS: Mapping[str, Callable[[Source, Filter], Listing]] = {
    "contacts": contacts,
    "establishments": establishments,
    "interests": interests,
    "responses": responses,
    "signups": sign_ups,
    "deliveries": deliveries,
    "calls": calls,
    "roster": roster,
}
SUFFIXES = (".xlsx", ".csv")


def export(
    source: Source,
    name: str,
    wanted: Filter,
    suffix: str,
    file: BinaryIO,
    report: Report | None = None,
    told: Told = lambda _: None,
) -> int:
    """Write one of `LISTINGS` to a file open for writing, as `.xlsx` or `.csv`; return how many rows.

    A `report` frames the tables of an .xlsx for paper; `told` hears now and then how many rows are written.

    `responses` of no named form are one sheet per form in .xlsx, one table of all forms in .csv. Nothing may have been
    asked of the connection before: all that is written is of one moment.
    """
    if source.connection.dialect.name == "postgresql":
        source.connection.execution_options(isolation_level="REPEATABLE READ")
    if suffix == ".csv":
        return write_csv(source.connection, LISTINGS[name](source, wanted), file, told)
    if name == "responses" and not wanted.form:
        listings = [responses(source, replace(wanted, form=form)) for form in form_names(source)]
    else:
        listings = [LISTINGS[name](source, wanted)]
    return write_xlsx(source.connection, listings, file, report, told)
