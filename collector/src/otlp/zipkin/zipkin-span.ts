/** A span of Zipkin's v2 model, as both of its encodings are read into; `write-otlp.ts` makes OTLP of it. */

export const ZIPKIN_KINDS = ["CLIENT", "SERVER", "PRODUCER", "CONSUMER"] as const;
export type ZipkinKind = (typeof ZIPKIN_KINDS)[number];

export interface ZipkinEndpoint {
  /** Each text is empty, and the port 0, where it was not given. */
  serviceName: string;
  ipv4: string;
  ipv6: string;
  port: number;
}

export interface ZipkinSpan {
  /** 16 bytes; a 64-bit id is padded with zeros on the left. */
  traceId: Uint8Array;
  /** 8 bytes, as `parentId`; empty where it was not given. */
  id: Uint8Array;
  parentId: Uint8Array;
  /** Absent: something inside one process. */
  kind: ZipkinKind | undefined;
  name: string;
  /** Since 1970; 0 where it was not given. */
  timestampMicros: bigint;
  durationMicros: bigint;
  local: ZipkinEndpoint | undefined;
  remote: ZipkinEndpoint | undefined;
  readonly annotations: ZipkinAnnotation[];
  readonly tags: Map<string, string>;
  debug: boolean;
  /** The id is that of the caller's span: both ends reported under one id. */
  shared: boolean;
}

export interface ZipkinAnnotation {
  readonly timestampMicros: bigint;
  readonly value: string;
}

/** Beyond it the nanoseconds do not fit into OTLP's 64 bits. */
export const MICROS_MAX = (2n ** 64n - 1n) / 1000n;

const NO_BYTES = new Uint8Array(0);

export function emptySpan(): ZipkinSpan {
  return {
    traceId: NO_BYTES,
    id: NO_BYTES,
    parentId: NO_BYTES,
    kind: undefined,
    name: "",
    timestampMicros: 0n,
    durationMicros: 0n,
    local: undefined,
    remote: undefined,
    annotations: [],
    tags: new Map(),
    debug: false,
    shared: false,
  };
}

export function emptyEndpoint(): ZipkinEndpoint {
  return { serviceName: "", ipv4: "", ipv6: "", port: 0 };
}
