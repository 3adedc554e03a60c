{{ counted_once('int_village__pairing_week', 'area_name') }}
