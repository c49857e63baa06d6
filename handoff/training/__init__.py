"""A new model of the assistant: trained beside the one that serves, measured, put live, taken back."""
