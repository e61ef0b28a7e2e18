import { SeverityNumber } from "@opentelemetry/api";

/** Names of levels as loggers and people write them. */
const SEVERITIES: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  silly: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  verbose: SeverityNumber.DEBUG2,
  http: SeverityNumber.DEBUG3,
  info: SeverityNumber.INFO,
  notice: SeverityNumber.INFO2,
  help: SeverityNumber.INFO2,
  data: SeverityNumber.INFO2,
  warn: SeverityNumber.WARN,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  crit: SeverityNumber.ERROR2,
  critical: SeverityNumber.ERROR2,
  alert: SeverityNumber.ERROR3,
  fatal: SeverityNumber.FATAL,
  emerg: SeverityNumber.FATAL,
};

/** @returns undefined for a name of the application's own making */
export function severityOfName(name: string): SeverityNumber | undefined {
  return Object.hasOwn(SEVERITIES, name) ? SEVERITIES[name] : undefined;
}
