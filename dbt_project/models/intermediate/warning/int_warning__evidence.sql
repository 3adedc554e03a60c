{{ union_rules() }}
