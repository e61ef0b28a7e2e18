/**
 * Goal: deploy/Dockerfile builds and runs what it says. There is no Docker engine where these tests run, so they hold the
 * file against the repository; `deploy/rehearse-image.mjs` carries out its steps.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../settings/read.ts";
import { parseDockerfile, type Instruction } from "./dockerfile.ts";

const root = resolve(import.meta.dirname, "../../..");
const text = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
const stages = parseDockerfile(text);
const last = stages.at(-1)!;

function copiesFromContext(instructions: readonly Instruction[]): string[] {
  return instructions.flatMap((instruction) =>
    instruction.kind === "copy" && instruction.from === undefined ? instruction.sources : [],
  );
}

function rest(keyword: string): string[] {
  return last.instructions.flatMap((instruction) =>
    instruction.kind === "other" && instruction.keyword === keyword ? [instruction.rest] : [],
  );
}

interface PackageFile {
  readonly workspaces: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

function packageFile(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

test("every path that is copied from the context exists and is not ignored", () => {
  const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
  for (const source of stages.flatMap(({ instructions }) => copiesFromContext(instructions))) {
    expect(existsSync(join(root, source)), source).toBe(true);
    expect(ignored).not.toContain(source);
  }
});

test("every stage that is copied from exists", () => {
  const names = stages.map(({ name }) => name);
  for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
    if (instruction.kind === "copy" && instruction.from !== undefined) {
      expect(names).toContain(instruction.from);
    }
  }
});

test("the stages that install have every workspace's package.json, or npm ci would refuse the lockfile", () => {
  const { workspaces } = packageFile(".");
  for (const stage of stages.slice(0, -1)) {
    expect(copiesFromContext(stage.instructions)).toEqual(
      expect.arrayContaining([
        "package.json",
        "package-lock.json",
        ".npmrc",
        ...workspaces.map((workspace) => `${workspace}/package.json`),
      ]),
    );
  }
});

test("the image has every package that the command imports, and installs the dependencies of each", () => {
  const needed = new Set<string>();
  const visit = (workspace: string) => {
    if (needed.has(workspace)) {
      return;
    }
    needed.add(workspace);
    for (const dependency of Object.keys(packageFile(workspace).dependencies ?? {})) {
      if (dependency.startsWith("@throughline/")) {
        visit(dependency.slice("@throughline/".length));
      }
    }
  };
  visit("cli");
  expect(copiesFromContext(last.instructions)).toEqual(expect.arrayContaining([...needed]));
  const install = stages
    .find(({ name }) => name === "dependencies")
    ?.instructions.find((instruction) => instruction.kind === "run");
  const installed = [...(install?.command ?? "").matchAll(/--workspace (\S+)/g)].map((m) => m[1]);
  expect(new Set(installed)).toEqual(needed);
});

test("it runs as a user without rights, with settings that exist", () => {
  expect(rest("USER")).toEqual(["node"]);
  const environment = Object.fromEntries(
    rest("ENV").flatMap((line) =>
      line.split(/\s+/).map((pair) => pair.split("=") as [string, string]),
    ),
  );
  const result = readSettings({ environment, workingDir: root, configFile: undefined });
  expect(result).toMatchObject({
    kind: "ok",
    settings: { host: "0.0.0.0", dataDir: "/var/lib/throughline" },
  });
  expect(rest("VOLUME")).toEqual(["/var/lib/throughline"]);
});

test("it exposes the default ports", () => {
  const result = readSettings({ environment: {}, workingDir: root });
  expect(result.kind).toBe("ok");
  if (result.kind === "ok") {
    const { httpPort, otlpGrpcPort, otlpHttpPort } = result.settings;
    expect(rest("EXPOSE")).toEqual([[httpPort, otlpGrpcPort, otlpHttpPort].join(" ")]);
  }
});

test("entry point and health check are files that the image has", () => {
  const files = [...rest("ENTRYPOINT"), ...rest("HEALTHCHECK")].flatMap((line) =>
    [...line.matchAll(/"([\w/.-]+\.(?:ts|mjs))"/g)].map((match) => match[1]!),
  );
  expect(files).toEqual(["cli/src/main.ts", "deploy/healthcheck.mjs"]);
  const copied = copiesFromContext(last.instructions);
  for (const file of files) {
    expect(existsSync(join(root, file))).toBe(true);
    expect(copied.some((path) => file === path || file.startsWith(`${path}/`))).toBe(true);
  }
});

test("every workspace is decided about: in the image, or known to stay out", () => {
  const staysOut = ["web", "sdk", "demo", "e2e", "bench"];
  const copied = copiesFromContext(last.instructions);
  for (const workspace of packageFile(".").workspaces) {
    expect(copied.includes(workspace) !== staysOut.includes(workspace), workspace).toBe(true);
  }
});

test("every file of deploy is mentioned in its README", () => {
  const readme = readFileSync(join(root, "deploy/README.md"), "utf8");
  const files = (readdirSync(join(root, "deploy"), { recursive: true }) as string[]).filter(
    (file) => statSync(join(root, "deploy", file)).isFile() && file !== "README.md",
  );
  for (const file of files) {
    expect(readme).toContain(file);
  }
});
