"""Who may see what and for what: policy, purposes, agreements, the end of a round, as data.

Belongs here: deciding from data kept with the code (`policy.yml`, `purposes.yml`) or in the home (the register of agreements,
suspensions, the round). Does not belong here: landing, looking into the vault, drawing reports; those rooms ask this one.
"""
