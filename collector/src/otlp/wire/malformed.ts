/**
 * The bytes are not what they say they are. Thrown inside the scan, caught by the encoder, never seen outside:
 * there it is an outcome, not an error.
 */
export class MalformedInput extends Error {
  /** Where in memory the scan stopped. */
  readonly offset: number;
  readonly why: string;

  constructor(offset: number, why: string) {
    super(why);
    this.name = "MalformedInput";
    this.offset = offset;
    this.why = why;
  }
}
