import { useEnvironments } from "../api/services.ts";
import { readParam } from "../lib/url-state.ts";
import { Select } from "../ui/controls.tsx";
import { useUrl } from "../ui/use-url.ts";

/** Only what one environment sent: production, staging. */
export function EnvironmentSelect() {
  const { search, range, push } = useUrl();
  const environments = useEnvironments(range);
  return (
    <Select
      label="Environment"
      value={readParam(search, "environment")}
      options={[["", "all"], ...environments.map((name) => [name, name] as const)]}
      onChange={(environment) => push({ environment })}
    />
  );
}
