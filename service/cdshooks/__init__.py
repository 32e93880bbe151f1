"""Door 1, CDS Hooks: requests in, cards out, discovery and feedback.

The protocol's words stop here; no clinical question is weighed.
"""
