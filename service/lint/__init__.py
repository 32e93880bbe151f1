"""What stands in a file before a service or a test meets it: its kind, its FHIR, its codes, each fault with its line.

What lives here reads files that somebody names and answers with messages; it judges no patient and changes no file.
"""
