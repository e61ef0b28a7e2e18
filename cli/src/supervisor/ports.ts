/** Are the ports free? Asked before anything is started, so that the answer is one line instead of three failures. */
import { createServer } from "node:net";
import { describePortHolder } from "@throughline/engine";

export interface PortNeed {
  readonly host: string;
  readonly port: number;
  /** What it is for: "OTLP over gRPC". */
  readonly purpose: string;
  /** The environment variable that changes it. */
  readonly setting: string;
}

/** @returns one sentence for the first need that cannot be met; undefined when all can */
export async function findPortConflict(needs: readonly PortNeed[]): Promise<string | undefined> {
  const twice = needs.find((need, index) =>
    needs.slice(0, index).some((earlier) => earlier.port === need.port),
  );
  if (twice !== undefined) {
    const names = needs.filter(({ port }) => port === twice.port).map(({ setting }) => setting);
    return `port ${twice.port} is given to both ${names.join(" and ")}; give each its own`;
  }
  for (const need of needs) {
    // One after the other: a probe holds its port for a moment, and the first conflict is the answer.
    // oxlint-disable-next-line no-await-in-loop -- see above
    const failure = await tryListen(need);
    if (failure !== undefined) {
      return describeConflict(need, failure);
    }
  }
  return undefined;
}

function describeConflict(need: PortNeed, failure: NodeJS.ErrnoException): string {
  switch (failure.code) {
    case "EADDRINUSE": {
      const holder = describePortHolder(need.port);
      return `port ${need.port} (${need.purpose}) is in use by ${holder}; stop it, or set ${need.setting} to another port`;
    }
    case "EACCES":
      return `port ${need.port} (${need.purpose}) may not be opened by this user; set ${need.setting} to one above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${need.host} is no address of this machine; set THROUGHLINE_HOST to one that is`;
    default:
      return `port ${need.port} (${need.purpose}) cannot be opened: ${failure.message}; ${need.setting} changes it`;
  }
}

function tryListen({ host, port }: PortNeed): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
