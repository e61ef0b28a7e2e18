import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Route, Switch } from "wouter";
import { createQueryClient } from "./api/queries.ts";
import { HomePage } from "./setup/home-page.tsx";
import { Loading } from "./ui/states.tsx";
import { Page } from "./shell/page.tsx";
import { LogsPage } from "./logs/logs-page.tsx";
import { ServicesPage } from "./services/services-page.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { TracePage } from "./trace/trace-page.tsx";
import { ServiceColors } from "./ui/service-colors.tsx";
import { TracesPage } from "./traces/traces-page.tsx";

/** Seen once: it need not be there when a trace is opened. */
const SetupPage = lazy(async () => ({
  default: (await import("./setup/setup-page.tsx")).SetupPage,
}));

function LoadingSetup() {
  return (
    <Page title="Set up" hasRange={false}>
      <Loading what="the page" />
    </Page>
  );
}

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <ServiceColors>
        <Shell>
          <Switch>
            <Route path="/" component={HomePage} />
            <Route path="/setup">
              <Suspense fallback={<LoadingSetup />}>
                <SetupPage />
              </Suspense>
            </Route>
            <Route path="/traces" component={TracesPage} />
            <Route path="/trace/:traceId">
              {({ traceId }) => <TracePage key={traceId} traceId={traceId.toLowerCase()} />}
            </Route>
            <Route path="/logs" component={LogsPage} />
            <Route path="/services" component={ServicesPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </Shell>
      </ServiceColors>
    </QueryClientProvider>
  );
}
