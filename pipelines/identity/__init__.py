"""Who is it, which village is it: the vault of names and ID numbers, and the links from records to persons.

Belongs here: everything that may see an identifier. It sees no content: a record is known by its delivery and row only.
Does not belong here: reading deliveries (`landing`), anything an analyst sees (dbt, `publishing`). No Dagster.
"""
