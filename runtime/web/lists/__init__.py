"""Pages of lists: their query in the address, their filters, their rows."""
