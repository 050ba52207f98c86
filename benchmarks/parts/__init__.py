"""The parts of the suite: each measures one thing, yields lines of the table, and can be run alone."""
