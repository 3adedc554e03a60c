{{ later_ballot('re_run') }}
