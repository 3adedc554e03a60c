{{ turnout('committee', 'group') }}
