-- measured: party members talked to in a hundred, once the talks are due
{{ interview_rule('members_interviewed', 'party_members', '党员') }}
