{{ selection_share('is_listed_again', 'is_listed') }}
