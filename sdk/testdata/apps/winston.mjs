// One request logged by winston: its levels, metadata, errors, children, formats.
import { createServer } from "node:http";
import winston from "winston";

const { combine, errors, json, splat } = winston.format;
const log = winston.createLogger({
  level: "verbose",
  defaultMeta: { component: "app" },
  format: combine(errors({ stack: true }), splat(), json()),
  transports: [new winston.transports.Console()],
});
const server = createServer((request, response) => {
  const child = log.child({ requestId: "r-1" });
  child.info("handling %s", request.url, { items: 2, nested: { deep: true } });
  child.error("it failed", new TypeError("no such thing"));
  child.error(new RangeError("thrown as it is"));
  child.log({ level: "warn", message: "as one object", size: 3 });
  child.verbose("said more");
  child.debug("not printed, not recorded");
  response.end("ok");
});
server.listen(0, "127.0.0.1", async () => {
  log.warn("outside of any span");
  await (await fetch(`http://127.0.0.1:${server.address().port}/orders`)).text();
  server.close();
});
