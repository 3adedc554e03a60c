{{ registration_share('objections_upheld', 'objections') }}
