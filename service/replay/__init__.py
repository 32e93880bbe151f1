"""A small EHR with patients of its own: plays their stories to the service and reads the cards back.

What lives here stands on the caller's side of the wire: it knows the protocol and FHIR, never a rule.
"""
