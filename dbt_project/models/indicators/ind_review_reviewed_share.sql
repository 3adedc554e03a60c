{{ review_step('is_reviewed', 'true') }}
