{{ team_indicator('cross_posting_share_union') }}
