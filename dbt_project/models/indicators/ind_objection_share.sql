{{ registration_share('objections', 'registered_first') }}
