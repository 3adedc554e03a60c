-- measured: repeated petition matters still open
{{ petition_rule('count(*)', 'matter.is_open and matter.is_repeat', "'重复信访事项未办结'") }}
