"""The look under which tests open a vault.

Belongs here: that one constant. Does not belong here: homes and vaults (the rooms' conftests).
"""

from pipelines.identity.audit_log import Look

TESTING = Look("测试员", "test", "unit test")
