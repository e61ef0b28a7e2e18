import { readLogRange, readRange, toLogFilters, toTraceFilters } from "../http/parse-query.ts";
import { type App, type RouteContext, admitted } from "../http/serve.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { TimeRange } from "../search/time-range.ts";
import type { Facets } from "../wire.ts";
import { chooseFields } from "./choose-fields.ts";
import { FACET_ENDPOINTS } from "./endpoints.ts";
import { readFacetField } from "./facet-field.ts";
import type { FacetFilters } from "./facet-filters.ts";
import { type FacetReading, readFacets } from "./read-facets.ts";

const DAY = 86_400n * NANOS_PER_SECOND;

export function installFacetRoutes(app: App, context: RouteContext): void {
  const { searcher, now } = context;
  const { logFacets, traceFacets } = FACET_ENDPOINTS;
  app.get(logFacets.url, { schema: { querystring: logFacets.querystring } }, ({ query }, reply) => {
    const filters = toLogFilters(query);
    const asked = toAsked({ signal: "logs", filters }, query);
    const range = readLogRange(query, filters, now());
    return admitted(context, reply, (signal) =>
      read({ searcher, signal, costs: [] }, asked, range),
    );
  });
  app.get(
    traceFacets.url,
    { schema: { querystring: traceFacets.querystring } },
    ({ query }, reply) => {
      const at = now();
      const asked = toAsked({ signal: "traces", filters: toTraceFilters(query) }, query);
      const range = readRange(query, at, at - DAY);
      return admitted(context, reply, (signal) =>
        read({ searcher, signal, costs: [] }, asked, range),
      );
    },
  );
}

type Asked = ReturnType<typeof toAsked>;

function toAsked(
  filters: FacetFilters,
  {
    field,
    values = 10,
  }: { readonly field?: readonly string[] | undefined; readonly values?: number | undefined },
) {
  const names = [...new Set(field)];
  const fields = names.map((name) => readFacetField(name, filters.signal));
  return { filters, fields: fields.length === 0 ? undefined : fields, valuesMax: values };
}

async function read(
  reading: FacetReading,
  { filters, fields, valuesMax }: Asked,
  range: TimeRange,
): Promise<Facets> {
  const chosen = fields ?? (await chooseFields(reading, filters, range));
  return readFacets(reading, { filters, range, fields: chosen, valuesMax });
}
