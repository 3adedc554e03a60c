"""Is the house still in order? Each check is a function that returns what is wrong, so that it can be shown a bad sample."""
