/** As much of a Dockerfile as its checks and its rehearsal need: stages, and in each COPY, RUN and ENV in order. */

export type Instruction =
  | {
      readonly kind: "copy";
      /** Name of the stage that it copies from; undefined: the build context. */
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "other"; readonly keyword: string; readonly rest: string };

export interface Stage {
  /** `AS name`, or empty. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, keyword = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (keyword === "FROM") {
      stages.push({ name: /\sAS\s+(\S+)$/i.exec(rest)?.[1] ?? "", instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(parseInstruction(keyword, rest));
    }
  }
  return stages;
}

function parseInstruction(keyword: string, rest: string): Instruction {
  if (keyword === "RUN") {
    return { kind: "run", command: rest };
  }
  if (keyword !== "COPY") {
    return { kind: "other", keyword, rest };
  }
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  return { kind: "copy", from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}

/** Without comments and empty lines; a backslash at the end joins the next line. */
function logicalLines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
