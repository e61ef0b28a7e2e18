/** The names of the schema profiles, by themselves: every command reads them and must not load a database client for it. */
export const SCHEMA_PROFILES = ["search", "throughput"] as const;
export type SchemaProfile = (typeof SCHEMA_PROFILES)[number];
