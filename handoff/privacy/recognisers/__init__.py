"""One recogniser a file. ``handoff.privacy.engine`` lists them."""
