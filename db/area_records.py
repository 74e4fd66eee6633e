"""Writing down what members of staff do in their own chats about the establishments they look after."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from conversation.area_records import AreaRecord, EstablishmentRead, EstablishmentRegistered, FileAsked
from conversation.contact import ANSWERS
from conversation.incoming import Address
from conversation.records import Overtaken, ResponseSubmitted
from conversation.roles import may_look, may_register
from db import audit, business, export_chats, export_jobs, inbox, responses, staff_chats
from db.business import Business
from db.establishments import values_of
from db.export_jobs import TooMany
from db.exports.listing import Filter
from db.models import address, consent, contact, establishment
from db.responses import Sender
from db.staff_chats import TiedMember

# Who told staff what to write down has an address that nothing is sent to.
CHANNEL = "spoken"


def write(connection: Connection, record: AreaRecord, contact_id: int, address_id: int, now: datetime) -> None:
    """Write one record of whose chat it is. Raises Overtaken, CodeTaken or AlreadyAnswered."""
    member = staff_chats.member_of(connection, contact_id)
    if member is None or not may_look(member.role):
        raise Overtaken
    match record:
        case EstablishmentRead(number):
            audit.note_read(connection, member.name, f"establishment:{number}", now)
        case EstablishmentRegistered():
            _register(connection, record, member, now)
        case FileAsked():
            _ask(connection, record, member, address_id, now)


def _ask(connection: Connection, record: FileAsked, member: TiedMember, address_id: int, now: datetime) -> None:
    """Ask for a table as the console does, narrowed to the member's communes, to be sent to the address."""
    wanted = Filter(scope=member.scope)
    try:
        job = export_jobs.ask(connection, record.table, record.file_name, ".xlsx", wanted, 0, member.name, now)
    except TooMany:
        raise Overtaken from None
    export_chats.remember(connection, job, address_id)
    audit.note(
        connection, member.name, "export.made", f"table:{record.table}", now, suffix="xlsx", filter={}, chat=True
    )


def _register(connection: Connection, record: EstablishmentRegistered, member: TiedMember, now: datetime) -> None:
    """Keep what an owner said under their name and the member's."""
    known = business.find(connection, record.establishment, member.scope) if record.establishment else None
    commune = record.facts.get("commune") or (known.commune if known else "")
    within = member.scope is None or commune in member.scope
    if not may_register(member.role) or not within or (record.establishment and known is None):
        raise Overtaken
    number = _change(connection, record, known, now) if known else _add(connection, record, now)
    owner = _owner(connection, number, record.code, now)
    _consent(connection, owner, record.notice, now)
    submitted = ResponseSubmitted(record.code, record.form, record.form_sha, record.answers, record.typed, record.round)
    responses.keep(connection, submitted, Sender(owner, CHANNEL, member.name), number, now)
    done = "establishment.filled" if known else "establishment.registered"
    audit.note(connection, member.name, done, f"establishment:{number}", now, form=record.form, code=record.code)


def _add(connection: Connection, record: EstablishmentRegistered, now: datetime) -> int:
    row = insert(establishment).values(**values_of(record.facts, now), created_at=now)
    number: int = connection.execute(row.returning(establishment.c.id)).scalar_one()
    return number


def _change(connection: Connection, record: EstablishmentRegistered, known: Business, now: datetime) -> int:
    """Add what was said to what is known."""
    business.change(connection, known.id, {**known.facts, **record.facts}, now)
    return known.id


def _owner(connection: Connection, number: int, code: str, now: datetime) -> int:
    """Return who speaks for an establishment, a new person where nobody does yet."""
    speaks = select(contact.c.id).where(contact.c.establishment_id == number).order_by(contact.c.id).limit(1)
    found: int | None = connection.execute(speaks).scalar()
    if found is not None:
        return found
    where = Address(CHANNEL, code)
    address_id = inbox.address_ids(connection, {where}, now)[where]
    query = select(address.c.contact_id).where(address.c.id == address_id)
    owner: int = connection.execute(query).scalar_one()
    connection.execute(update(contact).where(contact.c.id == owner).values(establishment_id=number))
    return owner


def _consent(connection: Connection, owner: int, notice: str, now: datetime) -> None:
    """Note the owner's spoken yes to their answers being kept, where none stands; to nothing else."""
    standing = (consent.c.contact_id == owner) & (consent.c.purpose == ANSWERS) & consent.c.withdrawn_at.is_(None)
    if connection.execute(select(consent.c.id).where(standing)).first():
        return
    given = {"contact_id": owner, "purpose": ANSWERS, "version": notice, "channel": CHANNEL, "given_at": now}
    connection.execute(insert(consent).values(**given))
