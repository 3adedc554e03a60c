{{ review_step('is_decided', 'is_examined') }}
