// Lines of every origin on standard output and error; each is to be one record.
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { isMainThread, Worker } from "node:worker_threads";
import bunyan from "bunyan";
import pino from "pino";
import winston from "winston";

if (process.argv[2] === "child") {
  process.stdout.write("said by a child\n");
} else if (isMainThread) {
  main();
} else {
  process.stdout.write("said by a thread\n");
}

// A logger that nobody knows, one that writes JSON, and one that takes its time for a line.
function byHand(level, text) {
  process[level === "ERROR" ? "stderr" : "stdout"].write(`2026-01-01 [${level}] ${text}\n`);
}

function main() {
  const server = createServer(async (request, response) => {
    byHand("INFO", "by hand");
    byHand("ERROR", "\u001b[31mby hand and red\u001b[0m");
    process.stdout.write(
      `${JSON.stringify({ level: "warn", msg: "as JSON", items: 2, err: { type: "TypeError", message: "no", stack: "s" } })}\n`,
    );
    process.stderr.write("in ");
    process.stderr.write(Buffer.from("pieces\nfirst of two\n    at its second line\n"));
    console.log("by console");
    pino(process.stdout).info("by pino to stdout");
    pino().info("by pino");
    bunyan.createLogger({ name: "b" }).info("by bunyan");
    winston.createLogger({ transports: [new winston.transports.Console()] }).info("by winston");
    const options = { forceConsole: true };
    winston
      .createLogger({ transports: [new winston.transports.Console(options)] })
      .info("by winston through console");
    response.end("ok");
  });
  server.listen(0, "127.0.0.1", async () => {
    await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
    server.close();
    const child = fork(process.argv[1], ["child"], { silent: true });
    child.stdout.pipe(process.stdout);
    new Worker(process.argv[1]);
    process.stdout.write("the last, without an end");
  });
}
