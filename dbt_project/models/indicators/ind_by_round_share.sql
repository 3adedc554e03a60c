{{ later_ballot('by_round') }}
