import { Link } from "wouter";
import { EmptyState } from "../ui/states.tsx";
import { Page } from "./page.tsx";

export function NotFoundPage() {
  return (
    <Page title="No such page" hasRange={false}>
      <EmptyState title="There is nothing at this address">
        <p>
          Go to the <Link href="/traces">traces</Link>, the <Link href="/logs">logs</Link> or the{" "}
          <Link href="/services">services</Link>.
        </p>
      </EmptyState>
    </Page>
  );
}
