{{ one_person_holds([secretary(), chair()]) }}
