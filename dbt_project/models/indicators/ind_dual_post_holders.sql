{{ team_indicator('dual_post_holders') }}
