"""Write, audit, publish: from dbt's build to the files that readers open.

Belongs here: the two editions and what each leaves out (`editions.yml`), their audit, the versioned folders, the
pointer, rollback, and opening an edition. Does not belong here: computing anything (dbt), reports. No Dagster.

A published build is a folder `published/<build id>/` that never changes: `analyst.duckdb` (plain: no name, no
identifier), `authorised.duckdb` (encrypted: names, masked ID numbers) and `build.json`. In both files the marts and the
code tables lie in the schema `marts`, the Chinese views 一村一档, 一人一表, 指标周报 and 预警台账 in `main`, and
`marts.build` says which build it is. `published/current.json` is the pointer, replaced in one step; every reader starts
there.
"""
