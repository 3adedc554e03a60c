{{ review_step('is_excluded', 'is_reviewed') }}
