"""The real command on real files, whole homes at a time."""
