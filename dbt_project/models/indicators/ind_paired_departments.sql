{{ counted_once('int_village__pairing_week', 'department_code') }}
