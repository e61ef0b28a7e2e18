import type { RedactionRule, RuleSet } from "./rule-set.ts";

/**
 * What holds without a rules file, and below a rules file that does not say `redaction: { defaults: false }`: whatever opens a
 * door or pays a bill must not be stored where every colleague can search. What identifies people (e-mail, IBAN)
 * is left alone, because people are looked for by it; a rules file turns it on.
 */
export const DEFAULT_REDACTIONS: readonly RedactionRule[] = [
  {
    name: "secret-keys",
    find: {
      kind: "keys",
      keys: [
        "*password*",
        "*passwd*",
        "passwd",
        "pwd",
        "*passphrase",
        "*secret",
        "*secretkey",
        "*secretaccesskey",
        "*accesskey",
        "*accountkey",
        "*privatekey",
        "*apikey",
        "*credentials",
        "token",
        "*accesstoken",
        "*refreshtoken",
        "*idtoken",
        "*authtoken",
        "*sessiontoken",
        "*securitytoken",
        "*csrftoken",
        "*authorization",
        "cookie",
        "setcookie",
      ],
    },
    action: "mask",
    keepLast: 0,
  },
  detect("card-numbers", "card", 4),
  detect("json-web-tokens", "jwt"),
  detect("bearer-tokens", "bearer"),
  detect("cloud-keys", "cloud_key"),
  detect("private-keys", "private_key"),
  detect("url-passwords", "url_password"),
];

export const DEFAULT_RULES: RuleSet = {
  version: 1,
  drops: [],
  attributes: [],
  redactions: DEFAULT_REDACTIONS,
  hashKey: "",
};

function detect(
  name: string,
  detector: Extract<RedactionRule["find"], { kind: "detector" }>["detector"],
  keepLast = 0,
): RedactionRule {
  return { name, find: { kind: "detector", detector }, action: "mask", keepLast };
}
