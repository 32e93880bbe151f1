"""Words of the record on a card are harmless, and on a terminal as they were."""

from hypothesis import given
from hypothesis import strategies as st

from cards.phrases import plain, quote, unquoted

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(WORDS)
def test_quoted_words_hold_no_markup_and_read_as_they_were(words: str) -> None:
    quoted = quote(words)
    assert "<" not in quoted
    assert ">" not in quoted
    assert unquoted(quoted) == plain(words)
