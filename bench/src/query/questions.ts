/** The questions, and how soon each is to be answered: p95 on two cores that do nothing else, warm. */
import type { Arguments } from "./arguments.ts";

export interface Question {
  readonly name: string;
  /** Milliseconds; undefined where nothing was promised. */
  readonly bar: number | undefined;
  readonly path: (given: Arguments, round: number) => string;
}

/** As the page of traces asks for its first ones: a screen of them, each with its strip and its verdict. */
const SCREEN = "limit=20&strip=1&verdict=1";

export const QUESTIONS: readonly Question[] = [
  ask("trace by id, with its logs", 60, ({ traceId }) => `/api/traces/${traceId}`),
  ask("any id: trace", 100, ({ traceId }) => `/api/requests/${traceId}`),
  ask("any id: span", 100, ({ spanId }) => `/api/requests/${spanId}`),
  ask("any id: request.id", 100, ({ requestId }) => `/api/requests/${requestId}`),
  ask(
    "logs: service and word, 1 h",
    100,
    (a) => `/api/logs?service=${a.service}&text=${a.word}&${a.hour}`,
  ),
  ask("logs: rare word, 24 h", 200, (a) => `/api/logs?text=${a.rareWord}&${a.day}`),
  ask("logs: attribute, 24 h", 300, (a) => `/api/logs?attribute=user.id=${a.userId}&${a.day}`),
  ask("traces: attribute, 24 h", 300, (a) => `/api/traces?attribute=user.id=${a.userId}&${a.day}`),
  ask("logs: histogram, 24 h", 150, (a) => `/api/logs/histogram?${a.day}`),
  ask(
    "logs: histogram of a service, 24 h",
    150,
    (a) => `/api/logs/histogram?service=${a.service}&${a.day}`,
  ),
  ask(
    "logs: histogram of a rare word, 24 h",
    undefined,
    (a) => `/api/logs/histogram?text=${a.rareWord}&${a.day}`,
  ),
  ask("logs: first page, 24 h", undefined, (a) => `/api/logs?${a.day}`),
  ask("RED: all services, 24 h", 100, (a) => `/api/services?${a.day}`),
  ask("RED: a service, 24 h", 100, (a) => `/api/services/${a.service}?${a.day}`),
  ask("service map, 24 h", 300, (a) => `/api/service-map?${a.day}`),
  ask("traces: first page, 24 h", 150, (a) => `/api/traces?${SCREEN}&${a.day}`),
  ask(
    "traces: first page of a service, 24 h",
    150,
    (a) => `/api/traces?service=${a.service}&${SCREEN}&${a.day}`,
  ),
  ask(
    "traces: failed, of a service, 24 h",
    150,
    (a) =>
      `/api/traces?q=${encodeURIComponent(`service:${a.service} status:error`)}&${SCREEN}&${a.day}`,
  ),
  ask(
    "traces: slow, of an operation, 24 h",
    150,
    (a) =>
      `/api/traces?q=${encodeURIComponent(`service:${a.service} name:"${a.operation}" duration>=500ms`)}&${SCREEN}&${a.day}`,
  ),
  ask(
    "q: word of a service, 1 h",
    100,
    (a) => `/api/logs?q=${encodeURIComponent(`service:${a.service} AND ${a.word}`)}&${a.hour}`,
  ),
  ask(
    "q: attribute, 24 h",
    300,
    (a) => `/api/logs?q=${encodeURIComponent(`user.id:${a.userId}`)}&${a.day}`,
  ),
];

function ask(name: string, bar: number | undefined, path: Question["path"]): Question {
  return { name, bar, path };
}
