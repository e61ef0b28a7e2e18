import { readRange } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { FIELD_ENDPOINTS } from "./endpoints.ts";
import { readFields } from "./read-fields.ts";
import { readValues } from "./read-values.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installFieldRoutes(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { fields, fieldValues } = FIELD_ENDPOINTS;
  app.get(fields.url, { schema: { querystring: fields.querystring } }, (request, reply) => {
    const at = now();
    const question = {
      signal: request.query.signal,
      range: readRange(request.query, at, at - DAY),
    };
    return admitted(context, reply, (signal) => readFields(searcher, question, signal));
  });
  app.get(
    fieldValues.url,
    { schema: { querystring: fieldValues.querystring } },
    (request, reply) => {
      const at = now();
      const { prefix = "", limit = 20, field, signal: of } = request.query;
      const question = {
        signal: of,
        field,
        prefix,
        limit,
        range: readRange(request.query, at, at - DAY),
      };
      return admitted(context, reply, (signal) => readValues(searcher, question, signal));
    },
  );
}
