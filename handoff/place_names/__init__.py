"""Names of places as people type them, read the same in a message and in a search box.

``handoff.privacy`` asks what is a place in a message, ``handoff.resources`` from where to search for help.
"""
