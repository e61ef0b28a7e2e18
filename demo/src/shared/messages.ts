/** What a shop process and its parent say to each other over the IPC channel. */

/** Base addresses by service name; checkout runs twice. */
export interface Peers {
  readonly cardProcessor: string;
  readonly inventory: string;
  readonly payments: string;
  readonly checkoutStable: string;
  readonly checkoutCanary: string;
}

export type FromChild =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "response"; readonly response: ObservedResponse }
  | { readonly kind: "traffic-ended" };

export interface FromParent {
  readonly kind: "peers";
  readonly peers: Peers;
}

/** One answer of the storefront, as the traffic generator saw it. */
export interface ObservedResponse {
  readonly scenario: string;
  readonly status: number;
  readonly traceId: string;
  /** Charge attempts of a checkout; 0 for everything else. */
  readonly attempts: number;
}

/** IPC messages come from our own processes: only the tag is checked. */
export function isFromChild(message: unknown): message is FromChild {
  return hasKind(message, ["ready", "response", "traffic-ended"]);
}

export function isFromParent(message: unknown): message is FromParent {
  return hasKind(message, ["peers"]);
}

function hasKind(message: unknown, kinds: readonly string[]): boolean {
  return (
    typeof message === "object" &&
    message !== null &&
    "kind" in message &&
    typeof message.kind === "string" &&
    kinds.includes(message.kind)
  );
}
