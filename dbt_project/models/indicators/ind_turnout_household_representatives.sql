{{ turnout('committee', 'household') }}
