"""Untrusted bytes are taken apart in a process of its own, with bounds on memory and time; what crosses over is data only.

Rooms: `worker` is that process; `process` starts, watches and ends it; `reader` gives a table as `reading.read_table` would;
`frames` and `transport` are the form of what passes between the two: lengths, JSON and Arrow, never an object that runs.
Does not belong here: how a file is read (`reading`), what follows from a refusal (`landing`).
"""
