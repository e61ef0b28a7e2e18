/**
 * The ClickHouse settings of every insert. They decide how a body is cut into blocks, and so what a deduplication
 * token covers: a retry under other settings can silently lose rows. Therefore they are recorded in the segment
 * when it is opened, and replayed from there.
 */
export const INSERT_SETTINGS: Readonly<Record<string, string>> = {
  // On by default in recent servers; would merge our blocks with others and answer before they are stored.
  async_insert: "0",
  // The token decides, for the table and for the targets of its views.
  insert_deduplicate: "1",
  deduplicate_insert: "enable",
  deduplicate_blocks_in_dependent_materialized_views: "1",
  // One segment = one block = one part: in one thread, and cut at no size a segment can reach.
  max_threads: "1",
  max_insert_threads: "1",
  input_format_parallel_parsing: "0",
  max_insert_block_size: "16777216",
  min_insert_block_size_rows: "16777216",
  min_insert_block_size_bytes: "0",
  max_insert_block_size_bytes: "0",
  use_strict_insert_block_limits: "0",
  // An error after the first byte of the answer would come with status 200.
  wait_end_of_query: "1",
};

/** Younger than the oldest server we write to; left out where the server does not know them. */
export const OPTIONAL_INSERT_SETTINGS: readonly string[] = [
  "deduplicate_insert",
  "max_insert_block_size_bytes",
  "use_strict_insert_block_limits",
];
