import fc from "fast-check";

/**
 * Properties draw new inputs in every run. One that finds a fault shrinks it, and that can take far longer than a test
 * may; after this time (long fuzzing sets its own) it reports the smallest input so far.
 */
const timeLimitMs = Number(process.env["PROPERTY_TIME_LIMIT_MS"] ?? 60_000);

fc.configureGlobal({ interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true });
