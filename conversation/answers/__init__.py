"""Reading what a thumb typed: no diacritics, two Unicode forms, number words, money, days, times, places, choices."""

from conversation.answers.choices import read_choice, read_choices
from conversation.answers.date_times import date_time_in_words, read_date_time
from conversation.answers.dates import Precision, date_in_words, read_date
from conversation.answers.geopoints import geopoint_in_words, read_geopoint
from conversation.answers.money import money_in_words, read_money
from conversation.answers.numbers import number_in_words, read_decimal, read_integer
from conversation.answers.phones import phone_in_words, read_phone
from conversation.answers.ranges import read_range
from conversation.answers.ranks import read_rank
from conversation.answers.reading import Problem, Reading
from conversation.answers.text import fold, has_tones, normalise
from conversation.answers.times import read_time, time_in_words
from conversation.answers.years import read_year
from conversation.answers.yes_no import read_yes_no

__all__ = [
    "Precision",
    "Problem",
    "Reading",
    "date_in_words",
    "date_time_in_words",
    "fold",
    "geopoint_in_words",
    "has_tones",
    "money_in_words",
    "normalise",
    "number_in_words",
    "phone_in_words",
    "read_choice",
    "read_choices",
    "read_date",
    "read_date_time",
    "read_decimal",
    "read_geopoint",
    "read_integer",
    "read_money",
    "read_phone",
    "read_range",
    "read_rank",
    "read_time",
    "read_year",
    "read_yes_no",
    "time_in_words",
]
