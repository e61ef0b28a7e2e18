// A request that asks MariaDB through mysql2, at the address in TEST_STORE.
import { createServer } from "node:http";
import pino from "pino";
import mysql from "mysql2/promise";

const log = pino();
const pool = mysql.createPool(process.env.TEST_STORE);
const server = createServer(async (_request, response) => {
  log.info("asking");
  const [rows] = await pool.execute("SELECT ? AS value", ["three"]);
  const answer = rows[0].value;
  log.info("answered %s", answer);
  response.end(answer);
});
server.listen(0, "127.0.0.1", async () => {
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  server.close();
  await pool.end();
});
