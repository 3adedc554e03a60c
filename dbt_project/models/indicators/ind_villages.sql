{{ added_up('int_village__week', '1') }}
