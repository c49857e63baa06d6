"""Repère: an anonymous support chat for young people. See docs/ and README.md."""
