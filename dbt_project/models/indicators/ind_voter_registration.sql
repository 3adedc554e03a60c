{{ registration_share('registered', 'eligible') }}
