{{ one_shot_success('committee') }}
