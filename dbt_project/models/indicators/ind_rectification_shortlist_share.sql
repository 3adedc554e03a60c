{{ selection_share('is_shortlisted', 'is_assessed') }}
