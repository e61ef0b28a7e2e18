// Four loggers at level info; every request makes each of them say a debug and an info line.
const http = require("node:http");
const bunyan = require("bunyan");
const pino = require("pino");
const winston = require("winston");

const base = pino({ base: null });
const loggers = {
  pino: base.child({ part: "child" }),
  // Its own level, as libraries with a logger of their own have it.
  strict: base.child({ part: "strict" }, { level: "warn" }),
  bunyan: bunyan.createLogger({ name: "b" }).child({ part: "child" }),
  winston: winston.createLogger({ transports: [new winston.transports.Console()] }),
  console,
};
const server = http.createServer((request, response) => {
  for (const [name, logger] of Object.entries(loggers)) {
    logger.debug(`${name} debug ${request.url}`);
    logger.info(`${name} info ${request.url}`);
  }
  response.end(JSON.stringify({ enabled: loggers.pino.isLevelEnabled("debug") }));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`port ${server.address().port}\n`);
});
