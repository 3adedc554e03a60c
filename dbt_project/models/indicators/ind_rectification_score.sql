{{ added_up('int_rectification__assessment_week', 'total_score', '1', 'is_newest') }}
