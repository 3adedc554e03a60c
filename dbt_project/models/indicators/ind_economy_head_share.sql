{{ one_person_holds([secretary(), economy_head()]) }}
