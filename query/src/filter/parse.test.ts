/** Goal: each form of the language is read as documented, and each mistake says where, what was expected and what to write. */
import { describe, expect, test } from "vitest";
import { withoutPlaces } from "../testing/filters.ts";
import { parseFilter } from "./parse.ts";
import { printFilter } from "./print.ts";

/** The filter in its plainest spelling. */
function read(text: string): string {
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") return JSON.stringify(parsed);
  return printFilter(withoutPlaces(parsed.filter));
}

describe("forms", () => {
  test.each([
    ["timeout", "timeout"],
    ["card declined", "card declined"],
    ["card AND declined", "card declined"],
    ['"card declined"', '"card declined"'],
    ["order-123", "order-123"],
    ["a b OR c d", "(a b) OR (c d)"],
    ["a (b OR c)", "a (b OR c)"],
    ["-a NOT b", "NOT a NOT b"],
    ["-(a b)", "NOT (a b)"],
    ["and or not", "and or not"],
    ["service:shop", "service:shop"],
    ["service=shop", "service=shop"],
    ["service != shop", "NOT service=shop"],
    ["duration > 100ms", "duration>100ms"],
    ["duration:>=100ms", "duration>=100ms"],
    ["duration:[1ms TO 2ms}", "duration:[1ms TO 2ms}"],
    ["duration:1ms..2ms", "duration:[1ms TO 2ms]"],
    ["duration:1ms..", "duration:[1ms TO *]"],
    ["x:[* TO *]", "x:*"],
    ["service:(a OR b)", "service:a OR service:b"],
    ["service:(a OR -b*)", "service:a OR NOT service:b*"],
    ["x:(-5 OR >7)", 'x:"-5" OR x>7'],
    ["x:*", "x:*"],
    ["exists(http.route)", "http.route:*"],
    ['exists(attr."a b")', 'attr."a b":*'],
    ["name:GET*", "name:GET*"],
    [String.raw`name:a\*b`, 'name:"a*b"'],
    ["http.route:/pay", 'http.route:"/pay"'],
    ["http.route:/api/v1/users", 'http.route:"/api/v1/users"'],
    ["http.route:/api/", "http.route:/api/"],
    ["http.route=/api/", 'http.route="/api/"'],
    ["body:/a b+ c/", "body:/a b+ c/"],
    ["a:/x AND b:/y/", 'a:"/x" b:/y/'],
    ["a:/x b:/y/", 'a:"/x" b:/y/'],
    ["(a:/x OR b)", 'a:"/x" OR b'],
    ["path:../a/b", 'path:"../a/b"'],
    ["http://shop/cart?a=1", '"http://shop/cart?a=1"'],
    ['"odd key":x', '"odd key":x'],
    ['resource."odd key"=x', 'resource."odd key"=x'],
    [String.raw`odd\ key:x`, '"odd key":x'],
    [String.raw`file:C:\logs\a.txt`, String.raw`file:"C:\\logs\\a.txt"`],
    ['x:""', 'x:""'],
    ["OR:x", "OR:x"],
    ["exists(-a)", '"-a":*'],
    ["exists(http://a)", '"http://a":*'],
    ["/>= http://", '"/">=http://'],
    ["  ", '{"kind":"empty"}'],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("mistakes", () => {
  test.each([
    ['a "b', 2, 2, 'a closing "', '"b"'],
    ["(a", 0, 1, "a closing )", undefined],
    ["a)", 1, 1, "the end, or AND, OR and another condition", undefined],
    ["a AND", 2, 3, 'a word, a "phrase", or a condition such as service:shop', '"AND"'],
    ["OR a", 0, 2, 'a word, a "phrase", or a condition such as service:shop', '"OR"'],
    [
      "error: refused",
      6,
      1,
      'a value; "" for an empty one; quotes around text that is meant as it is',
      undefined,
    ],
    [
      "foo(bar)",
      3,
      1,
      "a space, ) or the end; quotes around text that is meant as it is",
      '"foo(bar)"',
    ],
    [
      "x:[1 5]",
      2,
      3,
      "[from TO to], with * for an open end; quotes around text that begins with a bracket",
      "[1 TO 5]",
    ],
    ["a*:x", 0, 2, "the name of a field; quotes around a name with * or ? in it", '"a*"'],
    ["x==5", 2, 1, "= and a value; a regular expression is field:/like this/", undefined],
    ["x=(a OR b)", 2, 1, "a value; a list is field:(a OR b)", ":("],
    [
      ":x",
      0,
      1,
      "the name of a field before it, or quotes around text that is meant as it is",
      '":"',
    ],
    ["exists(a:b)", 7, 1, "the name of a field and )", "exists(http.route)"],
    ['attr."a b" c', 0, 10, "an operator and a value", 'attr."a b":*'],
  ])("%s", (...given) => {
    const [text, offset, length, expected, suggestion] = given;
    const parsed = parseFilter(text);
    expect(parsed.kind).toBe("error");
    if (parsed.kind !== "error") return;
    const { message, ...error } = parsed.error;
    expect(message).toMatch(/^\S.*\.$/);
    expect(error).toEqual({
      offset,
      length,
      expected,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  });
});

test("a word before quotes is none of the scopes, whatever objects have of that name", () => {
  const error = { length: 1, expected: expect.stringContaining("a space, ) or the end") };
  for (const word of ["word", "constructor", "toString", "__proto__"]) {
    expect(parseFilter(`${word}"x":1`)).toMatchObject({
      kind: "error",
      error: { ...error, offset: word.length },
    });
  }
});

test("conditions know where they stand", () => {
  expect(parseFilter("a service:shop")).toMatchObject({
    filter: {
      of: [{ at: { offset: 0, length: 1 } }, { at: { offset: 2, length: 12 } }],
    },
  });
});
