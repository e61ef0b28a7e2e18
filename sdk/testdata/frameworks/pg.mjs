// A request that asks PostgreSQL through pg, at the address in TEST_STORE.
import { createServer } from "node:http";
import pino from "pino";
import pg from "pg";

const log = pino();
const pool = new pg.Pool({ connectionString: process.env.TEST_STORE });
const server = createServer(async (_request, response) => {
  log.info("asking");
  const { rows } = await pool.query("SELECT $1::text AS value", ["three"]);
  const answer = rows[0].value;
  log.info("answered %s", answer);
  response.end(answer);
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  server.close();
  await pool.end();
});
