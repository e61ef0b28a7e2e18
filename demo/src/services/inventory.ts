/** Products and stock, in SQLite. */
import { setTimeout as sleep } from "node:timers/promises";
import { CATALOG } from "../shared/catalog.ts";
import { numberField, textField } from "../shared/http-client.ts";
import { runService } from "../shared/service.ts";
import { TracedDatabase, type Row } from "../shared/traced-database.ts";

const LATENCY_MS = 4;
const STOCK_INITIAL = 40;
const RESTOCK_BELOW = 5;
const WAREHOUSE_MS = 10;

await runService("inventory", ({ app, log }) => {
  const database = openDatabase(
    new TracedDatabase({ name: "inventory", log, latencyMs: LATENCY_MS }),
  );
  app.addHook("onClose", () => database.close());

  app.get<{ Querystring: { q?: string } }>("/products", async (request) => {
    const word = request.query.q ?? "";
    const products = await database.query({
      operation: "SELECT",
      table: "products",
      sql: "SELECT sku, name, price_cents FROM products WHERE name LIKE ? ORDER BY sku LIMIT 20",
      parameters: [`%${word}%`],
    });
    request.log.info({ word, found: products.length }, "products searched");
    return { products };
  });

  app.get<{ Params: { sku: string } }>("/products/:sku", async (request, reply) => {
    const product = await selectProduct(database, request.params.sku);
    return product ?? reply.code(404).send({ error: `no product ${request.params.sku}` });
  });

  // One query for the list and one more for every entry: slow in proportion to its own success.
  app.get<{ Params: { sku: string } }>("/products/:sku/related", async (request) => {
    const related = await database.query({
      operation: "SELECT",
      table: "products",
      sql: "SELECT sku FROM products WHERE sku <> ? ORDER BY sku",
      parameters: [request.params.sku],
    });
    const products: Row[] = [];
    for (const { sku } of related) {
      const product = await selectProduct(database, String(sku));
      if (product !== undefined) products.push(product);
    }
    request.log.warn({ queries: related.length + 1 }, "related products took many queries");
    return { products };
  });

  app.post("/reservations", async (request, reply) => {
    const sku = textField(request.body, "sku");
    const quantity = numberField(request.body, "quantity");
    const [row] = await database.query({
      operation: "UPDATE",
      table: "stock",
      sql: "UPDATE stock SET available = available - ? WHERE sku = ? AND available >= ? RETURNING available",
      parameters: [quantity, sku, quantity],
    });
    const available = numberField(row, "available");
    if (row === undefined) return reply.code(409).send({ error: `${sku} is out of stock` });
    request.log.info({ sku, quantity, available }, "stock reserved");
    if (available < RESTOCK_BELOW) await restock(database, sku);
    return reply.code(201).send({ sku, quantity });
  });

  app.delete<{ Params: { sku: string; quantity: number } }>(
    "/reservations/:sku/:quantity",
    async (request, reply) => {
      const { sku, quantity } = request.params;
      await database.query({
        operation: "UPDATE",
        table: "stock",
        sql: "UPDATE stock SET available = available + ? WHERE sku = ?",
        parameters: [Number(quantity), sku],
      });
      request.log.info({ sku, quantity: Number(quantity) }, "reservation released");
      return reply.code(204).send();
    },
  );
});

function openDatabase(database: TracedDatabase): TracedDatabase {
  const values = CATALOG.map(({ sku, name, priceCents }) => `('${sku}', '${name}', ${priceCents})`);
  database.setUp(`
    CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL);
    INSERT INTO products VALUES ${values.join(", ")};
    CREATE TABLE stock AS SELECT sku, ${STOCK_INITIAL} AS available FROM products;
  `);
  return database;
}

async function selectProduct(database: TracedDatabase, sku: string): Promise<Row | undefined> {
  const [product] = await database.query({
    operation: "SELECT",
    table: "products",
    sql: "SELECT sku, name, price_cents FROM products WHERE sku = ?",
    parameters: [sku],
  });
  return product;
}

async function restock(database: TracedDatabase, sku: string): Promise<void> {
  await sleep(WAREHOUSE_MS);
  await database.query({
    operation: "UPDATE",
    table: "stock",
    sql: "UPDATE stock SET available = ? WHERE sku = ?",
    parameters: [STOCK_INITIAL, sku],
  });
}
