/** Asks a question over HTTP, again and again, and looks at what that took: here, in the engine, in the query service. */
import { Agent, get } from "node:http";
import { machineSeconds, processSeconds } from "../system/proc.ts";
import type { ArgumentSource } from "./arguments.ts";
import type { Question } from "./questions.ts";

export interface Asked {
  readonly system: QuerySystem;
  readonly source: ArgumentSource;
}

export interface QuerySystem {
  readonly url: string;
  readonly enginePid: number;
  readonly queryPid: number;
}

export type QuestionResult =
  | { readonly kind: "absent"; readonly name: string; readonly why: string }
  | MeasuredQuestion;

export interface MeasuredQuestion {
  readonly kind: "measured";
  readonly name: string;
  readonly bar: number | undefined;
  /** Ascending. */
  readonly ms: readonly number[];
  /** Processor time per question. */
  readonly engineMs: number;
  readonly queryMs: number;
  /** Cores that everybody else on the machine had meanwhile. */
  readonly otherCores: number;
  /** In the mean, as `meta` says. */
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly answerBytes: number;
  /** Answers that were not whole, or not answers. */
  readonly incomplete: number;
  readonly failed: number;
  readonly slowestPath: string;
}

const agent = new Agent({ keepAlive: true });

export async function measureQuestion(
  question: Question,
  { system, source }: Asked,
  { rounds, warmups }: { readonly rounds: number; readonly warmups: number },
): Promise<QuestionResult> {
  const { name, bar } = question;
  const first = await fetchAnswer(system.url + question.path(source.at(0), 0));
  const why = absence(first);
  if (why !== undefined) return { kind: "absent", name, why };
  // Those of the warm-up are not asked for again: ClickHouse remembers the conditions it was asked.
  for (let round = 1; round <= warmups; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time is what is measured
    await fetchAnswer(system.url + question.path(source.at(round), round));
  }
  const before = spent(system);
  const answers: (HttpAnswer & { readonly path: string })[] = [];
  for (let round = warmups + 1; round <= warmups + rounds; round++) {
    const path = question.path(source.at(round), round);
    // oxlint-disable-next-line no-await-in-loop -- one at a time is what is measured
    answers.push({ ...(await fetchAnswer(system.url + path)), path });
  }
  const after = spent(system);
  const seconds = (after.atMs - before.atMs) / 1000;
  const own = after.engine + after.query + after.self - before.engine - before.query - before.self;
  const mean = (of: (answer: HttpAnswer) => number): number =>
    answers.reduce((sum, answer) => sum + of(answer), 0) / rounds;
  return {
    kind: "measured",
    name,
    bar,
    ms: answers.map(({ ms }) => ms).toSorted((a, b) => a - b),
    engineMs: (1000 * (after.engine - before.engine)) / rounds,
    queryMs: (1000 * (after.query - before.query)) / rounds,
    otherCores: Math.max(0, (after.machine - before.machine - own) / seconds),
    rowsRead: mean(({ meta }) => meta?.rowsRead ?? 0),
    bytesRead: mean(({ meta }) => meta?.bytesRead ?? 0),
    answerBytes: mean(({ bytes }) => bytes),
    incomplete: answers.filter(({ meta }) => meta?.complete === false).length,
    failed: answers.filter(({ status }) => status !== 200).length,
    slowestPath: answers.reduce((slowest, answer) => (answer.ms > slowest.ms ? answer : slowest))
      .path,
  };
}

interface Meta {
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly complete: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
  readonly meta: Meta | undefined;
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

/** @returns also where the answer is a refusal; rejects when there is none */
export async function fetchAnswer(url: string): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const { status, body } = await new Promise<{ status: number; body: string }>(
    (resolve, reject) => {
      const request = get(url, { agent }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }),
        );
        response.on("error", reject);
      });
      request.on("error", reject);
    },
  );
  const ms = performance.now() - startedAt;
  const answer = parse(body);
  return {
    status,
    ms,
    bytes: Buffer.byteLength(body),
    meta: answer.meta,
    code: answer.code,
    detail: answer.detail,
  };
}

function parse(body: string): Partial<Pick<HttpAnswer, "meta" | "code" | "detail">> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openapi.json says so
    return JSON.parse(body) as Partial<HttpAnswer>;
  } catch {
    return {};
  }
}

/** An endpoint or a parameter that this release does not have, as against one that fails. */
function absence({ status, code, detail }: HttpAnswer): string | undefined {
  if (status === 200 || code === "trace_not_found") return undefined;
  if (code === "not_found" || code === "unknown_parameter") return "not there";
  return `${status} ${code ?? ""} ${detail ?? ""}`;
}

interface Spent {
  readonly atMs: number;
  readonly engine: number;
  readonly query: number;
  readonly self: number;
  readonly machine: number;
}

/** Seconds of processor time so far. */
export function spent({ enginePid, queryPid }: QuerySystem): Spent {
  return {
    atMs: performance.now(),
    engine: processSeconds(enginePid),
    query: processSeconds(queryPid),
    self: processSeconds(process.pid),
    machine: machineSeconds(),
  };
}
