{{ review_step('is_examined', 'is_reviewed') }}
