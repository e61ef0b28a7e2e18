// Many lines at once, most of them chatter: 20 errors among them.
const pino = require("pino");

const log = pino({ level: "debug" }, { write: () => undefined });
for (let line = 0; line < 2000; line++) {
  if (line % 100 === 99) log.error({ line }, "error");
  else if (line % 2 === 0) log.debug({ line }, "chatter");
  else log.info({ line }, "news");
}
setTimeout(() => process.exit(0), Number(process.env.TEST_LIVE_MS ?? 0));
