"""A patient in shorthand becomes FHIR R4: the cases of fhir_fixtures/rules and the drafts of a story.

What lives here writes made-up records and nothing else; what is read from an EHR never comes here.
The format is described in fhir_fixtures/README.md.
"""

from service.fhir.shorthand.case import Moment, carried, expand
from service.fhir.shorthand.dress import AS_WRITTEN, Dress, drawn
from service.fhir.shorthand.words import Misspelled

__all__ = ["AS_WRITTEN", "Dress", "Misspelled", "Moment", "carried", "drawn", "expand"]
