/**
 * The views of a segment that is in its table. A server that ended between storing the rows and storing what its views
 * make of them, and that forgot the tokens, cannot be asked to repeat only the second. So it is found out per view:
 *
 *   targets that only keep a least or a largest value    written again: that changes nothing
 *   targets with a sum                                    written where the target lacks what the segment has
 *
 * What a target lacks is what the view makes of the table less what is there. Several segments may be in doubt at once,
 * so it is made up of those of them that are missing: which they are, `findMissing` says, or that none of it adds up
 * because another collector is storing now.
 *
 * Nothing else of this collector may be inserting meanwhile.
 */
import type { SealedSegment } from "../contract.ts";
import { findMissing } from "./find-missing.ts";
import { withUploaded } from "./find-stored.ts";
import type { StoredQuestion, UploadedSegment } from "./find-stored.ts";
import { INSERT_SETTINGS, OPTIONAL_INSERT_SETTINGS } from "./insert-settings.ts";
import { readViews } from "./read-views.ts";
import type { View, ViewSums } from "./read-views.ts";

/** One block, so that it is there whole or not at all; without what an older server may not know. */
const ONE_BLOCK = Object.fromEntries(
  Object.entries(INSERT_SETTINGS).filter(([name]) => !OPTIONAL_INSERT_SETTINGS.includes(name)),
);

export interface ViewQuestion extends StoredQuestion {
  /** In seconds since 1970. */
  readonly serverStart: number;
  /** Other segments of the same table that a view may lack. */
  readonly others: readonly SealedSegment[];
  /** Where nothing adds up: write what fits into the gap, rather than throw. */
  readonly guess: boolean;
}

/** What a view lacks is not made of the segments in doubt: to be asked again when other collectors are done. */
class ViewsUndecidedError extends Error {
  override readonly name = "ViewsUndecidedError";
  readonly code = "VIEWS_UNDECIDED";
}

/**
 * @returns the names of the views that had to be written
 * @throws ViewsUndecidedError unless `guess`, or the network's or ClickHouse's own error
 */
export async function completeViews(
  segment: SealedSegment,
  question: ViewQuestion,
): Promise<readonly string[]> {
  const others = await readShares(question);
  const written: string[] = [];
  await withUploaded(segment, question, async (uploaded) => {
    for (const view of await readViews(uploaded, segment, question.database)) {
      if (view.sums !== undefined) {
        const sums = { ...view.sums, view };
        const own = await readShare(uploaded, view.ofUploaded, sums);
        const shares = [own, ...others.map((of) => of.get(view.name) ?? EMPTY)];
        let missing = await isMissing(uploaded, sums, shares);
        if (missing === undefined && question.guess) missing = await fits(uploaded, sums, own);
        if (missing === undefined) throw new ViewsUndecidedError(undecided(view));
        if (!missing) continue;
        written.push(view.name);
      }
      await uploaded.command(
        `INSERT INTO ${view.target} (${view.columns}) SELECT ${view.columns} FROM (${view.ofUploaded})`,
        {
          ...ONE_BLOCK,
          insert_deduplication_token: viewToken(segment, view.name, question.serverStart),
        },
      );
    }
  });
  return written;
}

/** Of this life of the server: an earlier one may have left the token without the rows. */
export function viewToken(
  { deduplicationToken }: SealedSegment,
  view: string,
  serverStart: number,
): string {
  return `${deduplicationToken}/${serverStart}/${view}`;
}

function undecided({ name }: View): string {
  return `what ${name} lacks is not what is in doubt: another collector may be storing`;
}

/** What a segment adds to a view. */
interface Share {
  readonly fingerprint: bigint;
  /** Seconds since 1970. */
  readonly buckets: readonly number[];
}

const EMPTY: Share = { fingerprint: 0n, buckets: [] };

/** Of each of the others, by view. */
async function readShares(question: ViewQuestion): Promise<readonly ReadonlyMap<string, Share>[]> {
  const all: Map<string, Share>[] = [];
  for (const other of question.others) {
    const shares = new Map<string, Share>();
    await withUploaded(other, question, async (uploaded) => {
      for (const view of await readViews(uploaded, other, question.database)) {
        if (view.sums === undefined) continue;
        shares.set(view.name, await readShare(uploaded, view.ofUploaded, view.sums));
      }
    });
    all.push(shares);
  }
  return all;
}

async function readShare(
  uploaded: UploadedSegment,
  rows: string,
  { bucket, fingerprint }: ViewSums,
): Promise<Share> {
  const [row] = await uploaded.ask<{ fingerprint: string; buckets: readonly number[] }>(`
    SELECT toString(${fingerprint}) AS fingerprint, groupUniqArray(toUnixTimestamp(${bucket})) AS buckets
    FROM (${rows})`);
  return { fingerprint: BigInt(row?.fingerprint ?? 0), buckets: row?.buckets ?? [] };
}

interface SummingView extends ViewSums {
  readonly view: View;
}

/**
 * Whether the view's target is without the first of the segments.
 * @param shares of all that may be missing
 * @returns undefined when what it lacks is not made of them
 */
async function isMissing(
  uploaded: UploadedSegment,
  { bucket, fingerprint, ofStored, view }: SummingView,
  shares: readonly Share[],
): Promise<boolean | undefined> {
  const buckets = [...new Set(shares.flatMap((share) => share.buckets))];
  if (buckets.length === 0) return false;
  const read = async (rows: string) => {
    const [row] = await uploaded.ask<{ fingerprint: string }>(
      `SELECT toString(${fingerprint}) AS fingerprint FROM (${rows}) WHERE ${within(bucket, buckets)}`,
    );
    return BigInt(row?.fingerprint ?? 0);
  };
  const due = await read(ofStored(buckets));
  const held = await read(`SELECT * FROM ${view.target}`);
  return findMissing(
    BigInt.asUintN(64, due - held),
    shares.map((share) => share.fingerprint),
  )?.includes(0);
}

/** Whether, for each of its keys, the target holds so much less than the table that the segment fits into the gap. */
async function fits(
  uploaded: UploadedSegment,
  { bucket, columns, keys, ofStored, view }: SummingView,
  { buckets }: Share,
): Promise<boolean> {
  const totals = columns.map((name) => `sum(${name}) AS ${name}`).join(", ");
  const room = columns.map((name) => `due.${name} >= held.${name} + part.${name}`).join(" AND ");
  const totalsOf = (rows: string) =>
    `(SELECT ${keys}, ${totals} FROM (${rows}) WHERE ${within(bucket, buckets)} GROUP BY ${keys})`;
  const [row] = await uploaded.ask<{ readonly all: string; readonly missing: string }>(`
    SELECT count() AS all, countIf(${room}) AS missing
    FROM ${totalsOf(view.ofUploaded)} AS part
    LEFT JOIN ${totalsOf(ofStored(buckets))} AS due USING (${keys})
    LEFT JOIN ${totalsOf(`SELECT * FROM ${view.target}`)} AS held USING (${keys})`);
  return row !== undefined && Number(row.all) > 0 && row.all === row.missing;
}

function within(bucket: string, buckets: readonly number[]): string {
  return `${bucket} IN (${buckets.map((seconds) => `toDateTime(${seconds})`).join(", ")})`;
}
