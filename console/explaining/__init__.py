"""What versions lean on, in the reader's language: sentences, tables, and a document of both."""
