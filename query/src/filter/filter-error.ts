import type { Place } from "./ast.ts";

/** What is wrong with a filter, and where. */
export interface FilterError extends Place {
  /** One sentence. */
  readonly message: string;
  /** What could stand there. */
  readonly expected: string;
  /** What was probably meant, as text of the language. */
  readonly suggestion?: string;
}

/** Thrown and caught within this folder only: a filter that cannot be read is an expected outcome, given as a value. */
export class FilterMistake extends Error {
  override readonly name = "FilterMistake";
  readonly error: FilterError;

  constructor(error: FilterError) {
    super(error.message);
    this.error = error;
  }
}

/** @throws FilterMistake always */
export function mistake(at: Place, says: Omit<FilterError, keyof Place>): never {
  throw new FilterMistake({ offset: at.offset, length: at.length, ...says });
}
