"""A form on paper (`pdf`), as a workbook to fill in (`workbook`), and the workbook read back (`reading`)."""
