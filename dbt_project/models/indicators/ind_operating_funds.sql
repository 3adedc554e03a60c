{{ added_up('int_village__fund_week', 'operating_funds / 10000', '0', 'true') }}
