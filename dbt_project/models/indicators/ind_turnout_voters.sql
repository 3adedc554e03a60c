{{ turnout('committee') }}
