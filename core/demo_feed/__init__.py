"""A server of the feed's contract: generated listings, or the rows of a CSV file."""
