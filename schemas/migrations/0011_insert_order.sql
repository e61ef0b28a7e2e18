-- In which order rows came, whatever their time: each INSERT has a number, and with this setting a merge keeps it for
-- every row (virtual column _block_number). Live tails go by it, so a log that arrives late is still shown, once.
ALTER TABLE {{database}}.otel_logs {{on_cluster}} MODIFY SETTING enable_block_number_column = 1;

ALTER TABLE {{database}}.otel_traces {{on_cluster}} MODIFY SETTING enable_block_number_column = 1;
