{{ one_person_holds([secretary(), chair(), economy_head()]) }}
