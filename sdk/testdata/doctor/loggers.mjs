// All loggers whose lines become records.
import bunyan from "bunyan";
import pino from "pino";
import winston from "winston";

for (const logger of [bunyan.createLogger({ name: "b" }), pino(), winston.createLogger()]) {
  logger.debug("not printed");
}
