{{ added_up('int_village__week', one_if('is_key_village'), '1', 'true') }}
