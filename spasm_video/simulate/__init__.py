"""Faces with spasms of known truth: what happens, when, how far, and the pictures of it."""
