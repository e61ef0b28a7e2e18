/**
 * Goal: the tables that read JSON and name fields in errors are those of OTLP. Method: compare them, field by field, with
 * the .proto file.
 */
import path from "node:path";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { fieldsOf, isEnum, isMessage, REQUEST_MESSAGES } from "./messages.ts";
import type { MessageName } from "./messages.ts";

const root = protobuf.loadSync(path.join(import.meta.dirname, "testdata/otlp.proto"));
root.resolveAll();

/** Every message a request can hold. */
function reachable(): readonly MessageName[] {
  const found = new Set<MessageName>(Object.values(REQUEST_MESSAGES));
  for (const message of found) {
    for (const { type } of fieldsOf(message)) if (isMessage(type)) found.add(type);
  }
  return [...found];
}

test("every message is reached from a request", () => {
  expect(reachable()).toHaveLength(34);
});

test.each(reachable())("%s has the fields of the .proto file", (message) => {
  const expected = findType(root, message)
    .fieldsArray.map((field) => `${field.id} ${snakeCase(field.name)} ${field.repeated}`)
    .toSorted();
  const fields = fieldsOf(message).map(
    (field) => `${field.number} ${field.name} ${field.repeated}`,
  );
  expect(fields.toSorted()).toEqual(expected);
});

test.each(reachable())("%s has fields of the types of the .proto file", (message) => {
  const types = new Map(findType(root, message).fieldsArray.map((field) => [field.id, field.type]));
  for (const { number, name, type } of fieldsOf(message)) {
    const expected = types.get(number)?.split(".").at(-1);
    expect(`${name} ${isEnum(type) ? "int32" : type === "id" ? "bytes" : type}`).toBe(
      `${name} ${expected}`,
    );
  }
});

function findType(scope: protobuf.NamespaceBase, name: string): protobuf.Type {
  const found = find(scope, name);
  if (found === undefined) throw new Error(`${name} is not in the .proto file`);
  return found;
}

function find(scope: protobuf.NamespaceBase, name: string): protobuf.Type | undefined {
  for (const nested of scope.nestedArray) {
    if (nested instanceof protobuf.Type && nested.name === name) return nested;
    const inner = nested instanceof protobuf.Namespace ? find(nested, name) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
