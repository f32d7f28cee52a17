"""The progression of a person as files: a page to print, a picture, a table, plain data."""
