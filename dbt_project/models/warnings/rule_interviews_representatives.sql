-- measured: representatives talked to in a hundred, once the talks are due
{{ interview_rule('representatives_interviewed', 'representatives', '村（居）民代表') }}
