-- measured: answers in force that did not pass a person whose candidacy still stands and on whom nobody has decided since. A
-- finding for people to examine, never a decision (F-24).
{{ open_marks('FAIL', "mark.candidate_status in ('proposed', 'confirmed', 'elected')", '联审结论为不通过，人选仍在列') }}
