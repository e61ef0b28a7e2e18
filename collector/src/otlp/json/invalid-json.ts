/** The text is not JSON, or not OTLP's. Like MalformedInput, it becomes an outcome and is never seen outside. */
export class InvalidJson extends Error {
  /** Where in the text, in bytes. */
  readonly offset: number;

  constructor(offset: number, why: string) {
    super(why);
    this.name = "InvalidJson";
    this.offset = offset;
  }
}

/** @returns line and column of a byte, both counted from 1, the column in bytes */
export function lineAndColumn(text: Uint8Array, offset: number): string {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset && i < text.length; i++) {
    if (text[i] !== 0x0a) continue;
    line++;
    lineStart = i + 1;
  }
  return `line ${line}, column ${offset - lineStart + 1}`;
}
