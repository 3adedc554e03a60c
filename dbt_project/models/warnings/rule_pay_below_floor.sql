-- measured: members of today's team whose newest yearly pay is below the floor of their office
{{ support_rule('not is_paid_the_floor', '有在任成员最近年度基本报酬低于标准') }}
