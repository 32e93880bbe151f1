"""The rules, one a file: the file's name is the function's name, the rule's id and the card's topic.

No rule knows another; what two rules share is a concept.
"""
