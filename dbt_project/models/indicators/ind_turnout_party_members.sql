{{ turnout('party') }}
