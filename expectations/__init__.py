"""Great Expectations: what the contract cannot say about a delivery — rules across columns, references, volumes.

Belongs here: the suites (declarative, `suites/<dataset>.yml`) and the runner that reads them. Does not belong here: types,
codes and required columns (the contract, `pipelines/sources/catalog`), correctness of our SQL (dbt tests), whether a
case is worrying (warning rules).
"""
