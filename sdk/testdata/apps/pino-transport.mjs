import pino from "pino";

const log = pino({ transport: { target: "pino/file", options: { destination: 1 } } });
log.info({ items: 1 }, "through a transport");
