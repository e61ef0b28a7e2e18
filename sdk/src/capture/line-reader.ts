/**
 * Puts lines together from what is written. A line ends with its line feed, whichever write has it; lines of one write that begin
 * with a blank (a stack trace, indented JSON) belong to the line before. Lines of nothing but blanks are none.
 */
export class LineReader {
  readonly #lengthMax: number;
  readonly #onLine: (line: string) => void;
  /** The begun line. */
  #begun = "";

  /** @param lengthMax characters of an unfinished line that are kept; then it counts as one */
  constructor(lengthMax: number, onLine: (line: string) => void) {
    this.#lengthMax = lengthMax;
    this.#onLine = onLine;
  }

  add(text: string): void {
    const end = text.lastIndexOf("\n");
    if (end === -1) {
      this.#begun += text;
    } else {
      const whole = this.#begun + text.slice(0, end);
      this.#begun = text.slice(end + 1);
      this.#lines(whole);
    }
    while (this.#begun.length > this.#lengthMax) {
      const piece = this.#begun.slice(0, this.#lengthMax);
      this.#begun = this.#begun.slice(this.#lengthMax);
      this.#line(piece);
    }
  }

  /** The last line may lack its end. */
  end(): void {
    const rest = this.#begun;
    this.#begun = "";
    this.#line(rest);
  }

  #lines(whole: string): void {
    let line = "";
    for (const each of whole.split("\n")) {
      if (line !== "" && /^[ \t]+\S/.test(each)) {
        line += `\n${each}`;
        continue;
      }
      this.#line(line);
      line = each;
    }
    this.#line(line);
  }

  #line(line: string): void {
    // A progress bar writes over its line: what is left of it counts.
    const text = line.trimEnd();
    const seen = text.slice(text.lastIndexOf("\r") + 1);
    if (seen.trim() !== "") this.#onLine(seen);
  }
}
