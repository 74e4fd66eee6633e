"""What is known of an establishment, in the words that people read."""

from collections.abc import Mapping

from content.lists.fields import LABELS, MORE_PHONES, OTHER_TRADE
from content.paper.columns import labels_of
from conversation.answers import phone_in_words
from conversation.catalog import Library

# Facts in the order they are shown; whatever else is known comes after them, under its own name.
FACTS: Mapping[str, str] = {
    "business_name": LABELS["business_name"],
    "person": LABELS["person"],
    "legal_form": LABELS["legal_form"],
    "tax_code": LABELS["tax_code"],
    "phone": LABELS["phone"],
    MORE_PHONES: "Số máy khác",
    "commune": LABELS["commune"],
    "hamlet": LABELS["hamlet"],
    "address": LABELS["address"],
    "trade": LABELS["trade"],
    OTHER_TRADE: "Nghề khác",
    "workers": LABELS["workers"],
    "seasonal_workers": LABELS["seasonal_workers"],
    "note": LABELS["note"],
}


def label_of(library: Library, name: str) -> str:
    """Return what a fact is called."""
    question = library.forms["profile"].by_name.get(name)
    return FACTS.get(name) or (question.short or question.label if question else name)


def in_words(library: Library, name: str, value: str) -> str:
    """Return a fact as people read it; what means nothing to us as it is."""
    if not value:
        return ""
    if name == "commune":
        return library.places.name_of(value)
    if name in {"phone", MORE_PHONES}:
        return ", ".join(map(phone_in_words, value.split()))
    question = library.forms["profile"].by_name.get(name)
    if question is None or not question.options:
        return value
    labels = labels_of(question)
    return "; ".join(labels.get(one, one) for one in value.split())
