/** What log records say. `#` becomes a number, `@` eight hex digits, `%` an error code such as E04711, `~` a user's id. */
export interface LogTemplate {
  readonly severity: "DEBUG" | "INFO" | "WARN" | "ERROR";
  readonly text: string;
}

export const LOG_TEMPLATES: readonly LogTemplate[] = [
  ...of("DEBUG", [
    "cache hit for key item:@ after # us",
    "cache miss for key item:@, loading from the store",
    "acquired connection # of the pool in # us",
    "released connection # to the pool",
    "parsed # bytes of payload @",
    "feature flag new-layout evaluated to true for user ~",
    "retry policy: attempt # of 3 for call @",
    "serialized response of # bytes",
  ]),
  ...of("INFO", [
    "request completed in # ms with status 200",
    "request started for user ~",
    "user ~ logged in from device @",
    "order @ placed by user ~ with # lines",
    "payment @ authorized in # ms",
    "payment @ captured, amount # cents",
    "reserved # items in warehouse @",
    "shipment @ handed over to carrier after # minutes",
    "sent notification @ to user ~ by email",
    "indexed # documents in # ms",
    "published message @ to topic orders at offset #",
    "consumed message @ after # ms in the queue",
    "loaded profile of user ~ from replica #",
    "search for 'running shoes' returned # results in # ms",
    "price of item @ recalculated with # rules",
    "session @ refreshed for user ~",
    "coupon applied to cart @, discount # cents",
    "invoice @ rendered with # pages",
    "uploaded image @ of # kilobytes",
    "scheduled job @ finished, # rows processed",
    "webhook delivered to partner @ in # ms",
    "heartbeat of worker @ after # seconds",
    "garbage collection paused for # ms",
    "health check passed in # ms",
    "configuration version # loaded from @",
    "subscription @ renewed for user ~",
    "refund @ issued for order with # lines",
    "rate limit window # opened for client @",
  ]),
  ...of("WARN", [
    "slow query took # ms on shard @ (%)",
    "retrying call @ after # ms, code %",
    "queue depth # above threshold for partition @, code %",
    "deprecated endpoint called by client @, code %",
    "stock of item @ below # pieces (%)",
    "token of user ~ expires in # seconds, code %",
    "response of carrier @ late by # ms (%)",
    "connection pool at # per cent, waiting for @ (%)",
  ]),
  ...of("ERROR", [
    "payment @ declined by bank with code % for user ~",
    "timeout after # ms while calling inventory for order @ (%)",
    "connection to replica # refused, code %",
    "validation failed for cart @: % in line #",
    "unhandled exception in handler @: code %",
    "could not deliver message @ after # attempts (%)",
    "card of user ~ rejected, issuer answered %",
    "upstream returned 503 for request @ after # ms, code %",
  ]),
];

/** A word that hardly any record has; one record in so many says it. */
export const RARE_TEXT = "deadlock detected while locking row @, victim chosen after # ms (%)";
export const RARE_ONE_IN = 200_000;

function of(severity: LogTemplate["severity"], texts: readonly string[]): readonly LogTemplate[] {
  return texts.map((text) => ({ severity, text }));
}
