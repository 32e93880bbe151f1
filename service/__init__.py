"""The machinery: whatever an engineer could dispute lives here.

It moves bytes, resources and settings, and never weighs a clinical question: those belong to `cards`, which it imports
and which never imports it. Frozen dataclasses go in and out; the day, the network and the store are arguments.
"""
