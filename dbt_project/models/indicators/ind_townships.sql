{{ counted_once('int_village__week', 'township_code') }}
