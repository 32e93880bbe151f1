"""FHIR access: what is asked of an EHR, what came, and its words turned into facts and back.

No clinical question is weighed here.
"""
