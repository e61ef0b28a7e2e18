/** Goal: the page of a service is of that service, whatever its name holds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { serviceHref, serviceOfPath } from "./service-links.ts";

const named = (name: string) => {
  const { pathname } = new URL(serviceHref("", name), "http://here");
  return serviceOfPath(pathname);
};

test.each(["pay", "a/b", "50% of = all", "100%25", "what?#no", '<svg onload="x=1"> / % ?'])(
  "the link to %j leads to it",
  (name) => {
    expect(named(name)).toBe(name);
  },
);

test("every name survives its link", () => {
  // A path of dots leads elsewhere, as it does everywhere in the web.
  const name = fc
    .string({ unit: "binary", minLength: 1 })
    .filter((text) => !/^\.{1,2}$/.test(text));
  fc.assert(
    fc.property(name, (text) => {
      expect(named(text)).toBe(text.toWellFormed());
    }),
  );
});

test("a lone percent sign in a path that was typed is itself", () => {
  expect(serviceOfPath("/services/50%")).toBe("50%");
});
