import type { Resource } from "@opentelemetry/resources";

/**
 * Resource detectors that ask a file or the network know their attributes later than the first item is ready. What is sent
 * waits for them, as OpenTelemetry's own processors do; the resource itself bounds for how long.
 */
export class AttributeWait {
  readonly #ended = Promise.withResolvers<void>();

  /** @returns undefined where nothing is waited for, which is the common case */
  before(items: readonly { readonly resource: Resource }[]): Promise<unknown> | undefined {
    const pending = new Set<Resource>();
    for (const { resource } of items) {
      if (resource.asyncAttributesPending === true) pending.add(resource);
    }
    if (pending.size === 0) return undefined;
    const known = [...pending].map(async (resource) => await resource.waitForAsyncAttributes?.());
    return Promise.race([Promise.all(known), this.#ended.promise]);
  }

  /** From now on what is known is enough. */
  end(): void {
    this.#ended.resolve();
  }
}
