{{ added_up('int_village__week', '1', where="village_type = 'village'") }}
