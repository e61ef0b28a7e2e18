import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { createQueryClient } from "./api/queries.ts";
import { LogsPage } from "./logs/logs-page.tsx";
import { ServicesPage } from "./services/services-page.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { TracePage } from "./trace/trace-page.tsx";
import { ServiceColors } from "./ui/service-colors.tsx";
import { TracesPage } from "./traces/traces-page.tsx";

export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <ServiceColors>
        <Shell>
          <Switch>
            <Route path="/">
              <Redirect to="/traces" replace />
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
