import { useLocation } from "wouter";
import { TYPICAL } from "../compare/compare-href.ts";
import { useEnvironments } from "../api/environments.ts";
import { environmentPatch, readEnvironment, type Environment } from "../lib/environment.ts";
import { readParam } from "../lib/url-state.ts";
import { Select } from "../ui/controls.tsx";
import { useUrl } from "../ui/use-url.ts";
import { environmentOptions, readOption, writeOption } from "./environment-options.ts";

/** What belongs to a page's environment, and is not of it any more. */
const SELECTION = { log: undefined, sel: undefined, differs: undefined, pattern: undefined };

/** The pages that ask about many requests. One trace is of one environment; a statement names its own. */
function hasEnvironment(location: string, search: string): boolean {
  if (location === "/compare") return isWithUsual(search);
  return (
    /^\/(?:traces|logs|services|map)(?:\/|$)/u.test(location) && readParam(search, "around") === ""
  );
}

/** One trace beside what is usual: in its own environment, unless another is chosen. */
function isWithUsual(search: string): boolean {
  return readParam(search, "a") !== "" && [TYPICAL, ""].includes(readParam(search, "b"));
}

/** Only what one environment sent: production, staging. Absent where there is nothing to choose. */
export function EnvironmentSelect() {
  const [location] = useLocation();
  const { search, range, push } = useUrl();
  const isHere = hasEnvironment(location, search);
  const { data } = useEnvironments(range, isHere);
  const environments = data?.environments ?? [];
  const current: Environment | undefined = readEnvironment(search);
  if (!isHere || (environments.length < 2 && current === undefined)) return null;
  return (
    <Select
      label="Environment"
      value={current === undefined ? "" : writeOption(current)}
      options={[
        ["", location === "/compare" ? "that of the trace" : "all"],
        ...environmentOptions(environments, current),
      ]}
      onChange={(option) => push({ ...SELECTION, ...environmentPatch(readOption(option)) })}
    />
  );
}
