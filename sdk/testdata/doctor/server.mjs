// A server that lives until it is told to end.
import { fastify } from "fastify";

const app = fastify();
app.get("/", async () => "ok");
await app.listen({ host: "127.0.0.1", port: 0 });
