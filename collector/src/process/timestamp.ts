/** The time a record is filed under, in halves of a UInt64, and its UTC day. */
export interface FiledTime {
  low: number;
  high: number;
  /** Days since 1970-01-01 UTC. */
  day: number;
  /** True if the record's own time is not taken, so that it is filed under the receive time. */
  clamped: boolean;
}

const NANOS_PER_DAY = 86_400_000_000_000n;

/**
 * Decides when a record happened, as far as storage is concerned. A table is partitioned by day; a clock that is
 * years off would open a partition of its own and outlive its retention, so a time outside
 * [received - pastMaxDays, received + futureMaxDays] is replaced by the receive time.
 * So is one on a further day of a request that has records on `daysPerRequestMax` days besides that of the receive time: each
 * day is a block of its own, a file and a part, which costs the same for one record as for thousands.
 *
 * Times are compared by their high halves, steps of 4.3 s; only where that is not enough, exactly.
 */
export class TimestampProcessor {
  /** The answer to the last call. */
  readonly filed: FiledTime = { low: 0, high: 0, day: 0, clamped: false };
  receivedLow = 0;
  receivedHigh = 0;
  private readonly pastMaxNanos: bigint;
  private readonly futureMaxNanos: bigint;
  private readonly daysPerRequestMax: number;
  /** Besides `receivedDay`. */
  private readonly requestDays = new Set<number>();
  private readonly blockDays = new Set<number>();
  private receivedDay = 0;
  private earliest = 0n;
  private latest = 0n;
  /** Times whose high half lies strictly between these are on `coveredDay` and inside the window. */
  private coveredAbove = 0;
  private coveredBelow = 0;
  private coveredDay = 0;

  constructor(options: {
    readonly pastMaxDays: number;
    readonly futureMaxDays: number;
    readonly daysPerRequestMax: number;
  }) {
    this.daysPerRequestMax = options.daysPerRequestMax;
    this.pastMaxNanos = BigInt(options.pastMaxDays) * NANOS_PER_DAY;
    this.futureMaxNanos = BigInt(options.futureMaxDays) * NANOS_PER_DAY;
  }

  /** The records that follow were received then. */
  begin(receivedAtUnixNano: bigint): void {
    this.receivedLow = Number(BigInt.asIntN(32, receivedAtUnixNano));
    this.receivedHigh = Number(receivedAtUnixNano >> 32n);
    this.receivedDay = Number(receivedAtUnixNano / NANOS_PER_DAY);
    this.earliest = receivedAtUnixNano - this.pastMaxNanos;
    this.latest = receivedAtUnixNano + this.futureMaxNanos;
    this.beginBlocks();
    this.beginRequest();
  }

  /** There are no blocks now. */
  beginBlocks(): void {
    this.blockDays.clear();
  }

  beginRequest(): void {
    this.requestDays.clear();
    this.coveredAbove = this.coveredBelow = 0;
  }

  /** Whether there are blocks of more days than a request may ask for. */
  haveBlocksManyDays(): boolean {
    return this.blockDays.size > this.daysPerRequestMax;
  }

  /** Files a record under its time; 0 is no time, and stands for the receive time. */
  file(low: number, high: number): FiledTime {
    const { filed } = this;
    if (high > this.coveredAbove && high < this.coveredBelow) {
      filed.low = low;
      filed.high = high;
      filed.day = this.coveredDay;
      filed.clamped = false;
      return filed;
    }
    return this.fileExactly(low, high);
  }

  private fileExactly(low: number, high: number): FiledTime {
    const { filed } = this;
    const time = toUnixNano(low, high);
    const day = Number(time / NANOS_PER_DAY);
    filed.clamped = time !== 0n && (time < this.earliest || time > this.latest || !this.admit(day));
    if (time === 0n || filed.clamped) {
      filed.low = this.receivedLow;
      filed.high = this.receivedHigh;
      filed.day = this.receivedDay;
      return filed;
    }
    filed.low = low;
    filed.high = high;
    filed.day = day;
    this.cover(day);
    return filed;
  }

  /** @returns whether the request may have records on that day */
  private admit(day: number): boolean {
    if (day === this.receivedDay || this.requestDays.has(day)) return true;
    if (this.requestDays.size >= this.daysPerRequestMax) return false;
    this.requestDays.add(day);
    this.blockDays.add(day);
    return true;
  }

  private cover(day: number): void {
    const dayStart = BigInt(day) * NANOS_PER_DAY;
    const start = dayStart > this.earliest ? dayStart : this.earliest;
    const dayEnd = dayStart + NANOS_PER_DAY;
    const end = dayEnd < this.latest ? dayEnd : this.latest;
    this.coveredAbove = Number(start >> 32n);
    this.coveredBelow = Number(end >> 32n);
    this.coveredDay = day;
  }
}

/** @returns the unsigned 64-bit number of two halves */
export function toUnixNano(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
