"""Checks of the house as a whole, on simulated counties with known truth: `cunshe check …`.

Belongs here: measuring how right a room's work is, beside what others would do, against stated aims. Does not belong
here: the work itself, the truth (`simulation`), tests of single functions (`tests`).
"""
