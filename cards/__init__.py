"""The knowledge: whatever a clinician could dispute lives here.

Standard library only. No clock, no network, no incoming JSON: a chart and a day come in, cards go out.
"""
