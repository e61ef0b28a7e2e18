import { createAdmission } from "../clickhouse/admission.ts";
import { readRange } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted, signalOf } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { SQL_ENDPOINTS } from "./endpoints.ts";
import { createSchemaKeeper } from "./read-schema.ts";
import { runSql } from "./run-sql.ts";
import { createSqlUser } from "./sql-user.ts";

const RANGE_DEFAULT = 3_600n * NANOS_PER_SECOND;

export function installSqlRoutes(app: App, context: RouteContext): void {
  const { options, searcher, now } = context;
  const { limits } = searcher;
  const user = createSqlUser(options.sqlClickhouse ?? options.clickhouse, limits);
  app.addHook("onClose", () => user.close());
  const schemas = createSchemaKeeper(searcher, options.clickhouse.database);
  // A turn of their own: statements of people may be slow, and must not hold up the pages.
  const admission = createAdmission({ ...limits, requestsConcurrentMax: limits.sqlConcurrentMax });
  const { sql, sqlSchema } = SQL_ENDPOINTS;
  app.post(
    sql.url,
    { schema: { querystring: sql.querystring, body: sql.body } },
    async (request, reply) => {
      const query = request.body;
      const range = readRange(query, now(), now() - RANGE_DEFAULT);
      const tables = async (signal: AbortSignal) => {
        const { schema } = await schemas.read(signal);
        return new Set(schema.tables.map((table) => table.name));
      };
      const answer = await admission.run(signalOf(reply), (signal) =>
        runSql(user, { query, range, limits, signal, tables: () => tables(signal) }),
      );
      return reply
        .headers({ ...answer.headers, "cache-control": "no-store" })
        .type(answer.contentType)
        .send(answer.body);
    },
  );
  app.get(
    sqlSchema.url,
    { schema: { querystring: sqlSchema.querystring } },
    async (request, reply) => {
      const { schema, etag } = await admitted(context, reply, (signal) => schemas.read(signal));
      reply.headers({ etag, "cache-control": "private, no-cache" });
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      return schema;
    },
  );
}
