{{ selection_share('is_listed', 'is_shortlisted') }}
