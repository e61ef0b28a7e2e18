import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useState } from "react";
import { Route, Switch } from "wouter";
import { createQueryClient } from "./api/queries.ts";
import { HomePage } from "./setup/home-page.tsx";
import { Loading } from "./ui/states.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Page } from "./shell/page.tsx";
import { Shell } from "./shell/shell.tsx";
import { askEarly } from "./trace/early-columns.ts";
import { ServiceColors } from "./ui/service-colors.tsx";

/** Each page is a file of its own: nobody waits for what they do not look at. */
const PAGES = {
  setup: onDemand("Set up", async () => (await import("./setup/setup-page.tsx")).SetupPage),
  traces: onDemand("Traces", async () => (await import("./traces/traces-page.tsx")).TracesPage),
  trace: onDemand("Trace", async () => {
    askEarly(window.location.pathname);
    return (await import("./trace/trace-page.tsx")).TracePage;
  }),
  logs: onDemand("Logs", async () => (await import("./logs/logs-page.tsx")).LogsPage),
  sql: onDemand("SQL", async () => (await import("./sql/sql-page.tsx")).SqlPage),
  services: onDemand(
    "Services",
    async () => (await import("./services/services-page.tsx")).ServicesPage,
  ),
  service: onDemand(
    "Service",
    async () => (await import("./service-page/service-page.tsx")).ServicePage,
  ),
  map: onDemand("Service map", async () => (await import("./map/map-page.tsx")).MapPage),
  compare: onDemand(
    "Compare",
    async () => (await import("./compare/compare-page.tsx")).ComparePage,
  ),
};

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <ServiceColors>
        <Shell>
          <Switch>
            <Route path="/" component={HomePage} />
            <Route path="/setup" component={PAGES.setup} />
            <Route path="/traces" component={PAGES.traces} />
            <Route path="/trace/:traceId">
              {({ traceId }) => <PAGES.trace key={traceId} traceId={traceId.toLowerCase()} />}
            </Route>
            <Route path="/logs" component={PAGES.logs} />
            <Route path="/sql" component={PAGES.sql} />
            <Route path="/services" component={PAGES.services} />
            <Route path="/services/:name">{({ name }) => <PAGES.service key={name} />}</Route>
            <Route path="/map" component={PAGES.map} />
            <Route path="/compare" component={PAGES.compare} />
            <Route component={NotFoundPage} />
          </Switch>
        </Shell>
      </ServiceColors>
    </QueryClientProvider>
  );
}

/** @param title while the page is on its way */
function onDemand<Props extends object>(
  title: string,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function OnDemand(props: Props) {
    return (
      <Suspense
        fallback={
          <Page title={title} hasRange={false}>
            <Loading what="the page" />
          </Page>
        }
      >
        <Loaded {...props} />
      </Suspense>
    );
  };
}
