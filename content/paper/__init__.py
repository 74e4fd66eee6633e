"""A form on paper and as a workbook to fill in, and the workbook read back."""

from content.paper.pdf import paper_form

__all__ = ["paper_form"]
