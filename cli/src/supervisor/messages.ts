/**
 * What supervisor and role say to each other over the IPC channel. Settings and credentials travel here: a command line
 * is readable by every user of the machine, and a role must not read `throughline.yaml` a second time.
 */
import { Type, type Static } from "typebox";
import { LimitsSchema } from "../settings/limits.ts";
import { SettingsSchema } from "../settings/schema.ts";

const Connection = Type.Object({
  url: Type.String(),
  username: Type.String(),
  password: Type.String(),
  database: Type.String(),
});

/** The role's first message: everything that it needs to run. */
export const StartMessage = Type.Object({
  kind: Type.Literal("start"),
  settings: SettingsSchema,
  limits: LimitsSchema,
  clickhouse: Connection,
});
export type StartMessage = Static<typeof StartMessage>;

export const StopMessage = Type.Object({ kind: Type.Literal("stop") });
export type StopMessage = Static<typeof StopMessage>;

/** It listens on these addresses, each `host:port`. */
const ReadyMessage = Type.Object({
  kind: Type.Literal("ready"),
  addresses: Type.Array(Type.String()),
});

/** It could not start, and why; it exits after this. */
const FailedMessage = Type.Object({ kind: Type.Literal("failed"), reason: Type.String() });

export const FromRole = Type.Union([ReadyMessage, FailedMessage]);
export type FromRole = Static<typeof FromRole>;
