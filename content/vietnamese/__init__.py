"""Forms whose sheets, columns, types and conditions are Vietnamese words: read into XLSForm's own."""
