"""Personal data out of a young person's words: Presidio's architecture, recognisers of our own."""
