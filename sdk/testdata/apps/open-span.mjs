// Lives until it is told to end, in the middle of a request that it made to itself.
import { createServer, get } from "node:http";

const server = createServer(() => console.log("waiting"));
server.listen(0, "127.0.0.1", () => {
  get({ port: server.address().port, host: "127.0.0.1" });
});
