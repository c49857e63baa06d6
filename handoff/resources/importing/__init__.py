"""Files of places in open formats, read row by row: what is kept, and what is refused and why."""
