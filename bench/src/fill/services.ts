/** Sixty services in four tiers, the operations that each has, and whom each calls. */
import { Random } from "./random.ts";

export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly pods: number;
  readonly language: string;
  /** Served to others, such as `POST /cart/items`. */
  readonly served: readonly string[];
  /** Inside, such as `CartService.addItem`. */
  readonly internal: readonly string[];
  /** Of its database, such as `SELECT cart.items`. */
  readonly statements: readonly string[];
  /** `postgresql`, `redis`, …, and the host of it. */
  readonly database: string;
  readonly databaseHost: string;
  /** A message queue's topic that it publishes to. */
  readonly topic: string;
  /** Places in the list of services; all in deeper tiers. */
  readonly calls: readonly number[];
}

const TIERS: readonly (readonly string[])[] = [
  ["gateway", "web-bff", "mobile-bff", "partner-api"],
  [
    "checkout",
    "catalog",
    "search",
    "accounts",
    "orders",
    "feed",
    "support",
    "seller",
    "admin",
    "media",
  ],
  [
    "cart",
    "payments",
    "pricing",
    "inventory",
    "shipping",
    "profile",
    "auth",
    "sessions",
    "recommendations",
    "reviews",
    "promotions",
    "loyalty",
    "giftcards",
    "returns",
    "currency",
    "tax",
    "address",
    "geo",
    "ranking",
    "suggest",
    "images",
    "chat",
    "tickets",
    "billing",
    "invoices",
    "subscriptions",
  ],
  [
    "ledger",
    "fraud",
    "notifications",
    "email",
    "sms",
    "warehouse",
    "carrier",
    "events",
    "audit",
    "analytics",
    "scheduler",
    "exports",
    "imports",
    "webhooks",
    "flags",
    "limits",
    "tokens",
    "documents",
    "vectors",
    "archive",
  ],
];
/** How many others a service of a tier calls, at least. */
const CALLS = [12, 7, 4, 0];
const VERBS = [
  "get",
  "list",
  "create",
  "update",
  "delete",
  "find",
  "check",
  "apply",
  "reserve",
  "confirm",
  "cancel",
  "sync",
];
const NOUNS = [
  "item",
  "page",
  "entry",
  "quote",
  "session",
  "batch",
  "rule",
  "record",
  "summary",
  "token",
  "plan",
  "status",
];
const METHODS = ["GET", "POST", "PUT", "DELETE", "GET", "GET"];
const LANGUAGES = ["java", "go", "nodejs", "python", "dotnet", "java", "go"];
const DATABASES = ["postgresql", "postgresql", "mysql", "redis", "mongodb", "elasticsearch"];
const DATABASE_VERBS = ["SELECT", "INSERT", "UPDATE", "SELECT", "DELETE"];

/** Pure. */
export function makeServices(seed: number): readonly Service[] {
  const random = new Random(seed);
  const ends = TIERS.map((_, tier) => TIERS.slice(0, tier + 1).flat().length);
  return TIERS.flatMap((names, tier) =>
    names.map((name) => {
      const first = ends[tier] ?? 0;
      const deeper = (ends.at(-1) ?? 0) - first;
      const kind = random.pick(DATABASES);
      return {
        name,
        namespace: ["edge", "front", "core", "platform"][tier] ?? "core",
        version: `${1 + random.below(4)}.${random.below(30)}.${random.below(10)}`,
        pods: 2 + Math.floor(random.next() ** 2 * 18),
        language: random.pick(LANGUAGES),
        served: operations(random, 18, () => served(random, name)),
        internal: operations(random, 12, () => internal(random, name)),
        statements: operations(random, 9, () => statement(random, name)),
        database: kind,
        databaseHost: `${kind}-${random.below(4)}.db.internal`,
        topic: `${name}.${random.pick(NOUNS)}s`,
        calls:
          deeper === 0
            ? []
            : Array.from(
                { length: (CALLS[tier] ?? 0) + random.below(4) },
                () => first + random.below(deeper),
              ),
      };
    }),
  );
}

function operations(random: Random, mean: number, make: () => string): readonly string[] {
  const count = Math.ceil(mean * (0.6 + 0.8 * random.next()));
  return [...new Set(Array.from({ length: count }, make))];
}

function served(random: Random, name: string): string {
  const id = random.next() < 0.4 ? "/{id}" : "";
  return `${random.pick(METHODS)} /${name}/${random.pick(NOUNS)}s${id}`;
}

function internal(random: Random, name: string): string {
  const noun = random.pick(NOUNS);
  return `${name}.${random.pick(VERBS)}${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}

function statement(random: Random, name: string): string {
  return `${random.pick(DATABASE_VERBS)} ${name}.${random.pick(NOUNS)}s`;
}
