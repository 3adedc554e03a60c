"""Whether a finished home keeps its promises about persons, asked from outside: `cunshe check privacy`.

What ought to be seen is asked of the marts in SQL, of the vault and of the inbox, never of the code that writes editions
and reports. What is looked for is data (`looked_for.yml`).
"""
