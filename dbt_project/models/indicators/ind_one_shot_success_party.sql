{{ one_shot_success('party') }}
