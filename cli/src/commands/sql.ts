/** `throughline sql [STATEMENT]`: a SELECT, as the read-only user of the query service. */
import { text } from "node:stream/consumers";
import { SqlRows } from "@throughline/query/wire";
import { type Asking, asking, exitCodeOf, textOption } from "../ask/asking.ts";
import { inert } from "../ask/inert-text.ts";
import { tableLines } from "../ask/value-table.ts";
import { CommandError, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

const FORMATS = ["table", "json", "ndjson", "csv", "parquet", "arrow"] as const;
type Format = (typeof FORMATS)[number];
const BINARY: readonly Format[] = ["parquet", "arrow"];

export async function run(invocation: Invocation): Promise<ExitCode> {
  const format = formatOf(invocation);
  const sql = await statementOf(invocation);
  const question = {
    sql,
    from: textOption(invocation, "from"),
    to: textOption(invocation, "to"),
    format: format === "table" ? "json" : format,
  };
  return asking(invocation, async (ask) => {
    const response = await ask.client.stream(
      "/api/sql",
      {},
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(question),
      },
    );
    if (format === "table") return printTable(ask, await ask.client.read(SqlRows, response));
    await copy(ask.client.chunks(response), invocation);
    return endOf(response, ask);
  });
}

function printTable(ask: Asking, { columns, rows, meta }: SqlRows): ExitCode {
  if (rows.length > 0) for (const line of tableLines(columns, rows, ask)) ask.out(line);
  else ask.note("no rows");
  if (!meta.complete) ask.note(`not all rows: ${meta.reason ?? "a limit was reached"}`);
  return exitCodeOf(rows.length, meta.complete);
}

/** A format that is passed on is not read: what is in it, the headers say. */
function endOf({ headers }: Response, { note }: Asking): ExitCode {
  const isComplete = headers.get("throughline-complete") !== "false";
  if (!isComplete) note("not all rows: a limit was reached");
  const isEmpty = headers.get("throughline-rows") === "0";
  if (isEmpty) note("no rows");
  return exitCodeOf(isEmpty ? 0 : 1, isComplete);
}

/** As it comes, without holding it. In a terminal, text is made inert; binary formats never get there. */
async function copy(body: AsyncIterable<Uint8Array>, { terminal }: Invocation): Promise<void> {
  const { write, look, out } = terminal;
  if (look === undefined && write !== undefined) {
    for await (const chunk of body) await write(chunk);
    return;
  }
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) out(inert(line));
  }
  if (rest !== "") out(inert(rest));
}

function formatOf(invocation: Invocation): Format {
  const { options, terminal } = invocation;
  const given = textOption(invocation, "format") ?? (options["json"] === true ? "ndjson" : "table");
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) {
    throw new CommandError(
      `--format is ${JSON.stringify(given)}; one of ${FORMATS.join(", ")}`,
      EXIT.usage,
    );
  }
  if (BINARY.includes(format) && terminal.look !== undefined) {
    throw new CommandError(
      `${format} is no text; send it to a file: … > rows.${format}`,
      EXIT.usage,
    );
  }
  return format;
}

async function statementOf({ words }: Invocation): Promise<string> {
  const given = words.join(" ").trim();
  if (given !== "" && given !== "-") return given;
  if (given === "" && process.stdin.isTTY) {
    throw new CommandError("give a statement, or send one to standard input", EXIT.usage);
  }
  const piped = (await text(process.stdin)).trim();
  if (piped === "") throw new CommandError("standard input has no statement", EXIT.usage);
  return piped;
}
