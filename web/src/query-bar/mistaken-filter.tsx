import { EmptyState } from "../ui/states.tsx";

/** In the place of results while the bar says what is wrong with the filter of the link. */
export function MistakenFilter() {
  return (
    <EmptyState title="The filter cannot be understood">
      <p>Nothing was asked. The line under the search says what is wrong with it, and where.</p>
    </EmptyState>
  );
}
