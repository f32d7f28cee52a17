"""Arrays in, arrays out: filters, runs, robust statistics. Knows nothing of faces."""
