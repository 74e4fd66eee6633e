"""Registering interest in a support activity; it ends with a receipt code."""

from conversation.form_flow import FormFlow
from handlers.questionnaires import keep_response

interest = FormFlow("interest", keep_response)
