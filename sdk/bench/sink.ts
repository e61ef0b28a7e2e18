/** A collector that answers at once and forgets, or (`stall`) never answers. Prints its gRPC port. */
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

const stall = process.argv[2] === "stall";
const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => undefined);
  stream.resume();
  if (stall) return;
  stream.once("end", () => {
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.alloc(5));
  });
});
server.listen(0, "127.0.0.1", () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has this kind of address
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
