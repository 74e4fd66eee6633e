"""Reading what a thumb typed: no diacritics, two Unicode forms, number words, money, telephones, days, choices."""

from conversation.answers.choices import read_choice, read_choices
from conversation.answers.dates import date_in_words, read_date
from conversation.answers.money import money_in_words, read_money
from conversation.answers.numbers import number_in_words, read_decimal, read_integer
from conversation.answers.phones import phone_in_words, read_phone
from conversation.answers.reading import Problem, Reading
from conversation.answers.text import fold, has_tones, normalise
from conversation.answers.years import read_year
from conversation.answers.yes_no import read_yes_no

__all__ = [
    "Problem",
    "Reading",
    "date_in_words",
    "fold",
    "has_tones",
    "money_in_words",
    "normalise",
    "number_in_words",
    "phone_in_words",
    "read_choice",
    "read_choices",
    "read_date",
    "read_decimal",
    "read_integer",
    "read_money",
    "read_phone",
    "read_year",
    "read_yes_no",
]
