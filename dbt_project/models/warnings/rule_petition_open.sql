-- measured: open petition matters of the village
{{ petition_rule('count(*)', 'matter.is_open', "'信访事项未办结'") }}
