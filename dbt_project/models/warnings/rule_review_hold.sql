-- measured: answers in force that put the candidacy on hold. Says neither why nor which department: only the people of
-- the joint review know that, and only they decide (F-09, F-24).
{{ open_marks('HOLD', "mark.candidate_status <> 'withdrawn'", '联审结论为暂缓') }}
