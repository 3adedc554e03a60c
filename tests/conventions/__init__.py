"""Is the house still in order? Each check is a function returning what is wrong, so it can be shown a bad sample."""
