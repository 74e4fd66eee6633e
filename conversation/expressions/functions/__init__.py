"""The functions of ODK's XForms specification, by kind.

`if`, `indexed-repeat` and `jr:choice-name` are in the compiler: they see their arguments before these are evaluated.
"""

from conversation.expressions.functions import choices, dates, logic, nodes, numbers, patterns, strings
from conversation.expressions.functions.registry import FUNCTIONS, Function

__all__ = ["FUNCTIONS", "Function", "choices", "dates", "logic", "nodes", "numbers", "patterns", "strings"]
