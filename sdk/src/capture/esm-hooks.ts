import { createRequire, register } from "node:module";
import { isBuiltin } from "node:module";
import type { Instrumentation } from "@opentelemetry/instrumentation";

interface SyncHooks {
  readonly supportsSyncHooks: () => boolean;
  readonly register: (options: { readonly include: readonly string[] }) => void;
}

/**
 * Lets instrumentations see modules that are loaded by `import`. Only the modules that some
 * instrumentation wants are wrapped: wrapping every module slows the start and breaks a few.
 * Must run before the application's first import. Where Node can, the hooks run in this thread; older
 * ones get the hook thread of `module.register`.
 */
export function registerEsmHooks(instrumentations: readonly Instrumentation[]): void {
  const include = instrumentedModules(instrumentations);
  // The very copy that @opentelemetry/instrumentation loads: its list of hooks is module state.
  const ownRequire = createRequire(import.meta.url);
  const theirRequire = createRequire(ownRequire.resolve("@opentelemetry/instrumentation"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own declaration, not exported under this path
  const hooks = theirRequire("import-in-the-middle/register-hooks.mjs") as SyncHooks;
  if (hooks.supportsSyncHooks()) {
    hooks.register({ include });
    return;
  }
  register("@opentelemetry/instrumentation/hook.mjs", import.meta.url, { data: { include } });
}

/** Names as an application writes them in `import`; a builtin under both of its names. */
function instrumentedModules(instrumentations: readonly Instrumentation[]): readonly string[] {
  const names = new Set<string>();
  for (const instrumentation of instrumentations) {
    for (const name of moduleNames(instrumentation)) {
      names.add(name);
      if (isBuiltin(name)) names.add(name.startsWith("node:") ? name.slice(5) : `node:${name}`);
    }
  }
  return [...names];
}

/** InstrumentationBase keeps its definitions in `_modules`; the interface has no accessor for them. */
function moduleNames(instrumentation: Instrumentation): readonly string[] {
  if (!("_modules" in instrumentation) || !Array.isArray(instrumentation._modules)) return [];
  const definitions: readonly unknown[] = instrumentation._modules;
  return definitions.flatMap((definition) =>
    typeof definition === "object" &&
    definition !== null &&
    "name" in definition &&
    typeof definition.name === "string"
      ? [definition.name]
      : [],
  );
}
