// Odd parameters and bodies to every endpoint, and definitions that are hard to follow: each refusal is a
// problem with its id, nothing is a 5xx, and nobody else waits.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EndpointName, pathOf, splitAddress } from "@/lib/addresses";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import { examples } from "@/lib/api/examples";
import { longestTurn, maxTurnMs } from "../support/turns";
import { type Agreement, startAgreement, type Trace } from "./agreement";
import { agentPath } from "./console";
import { type Change, insertAfter, type State } from "./machine-changes";

let agreement: Agreement;
let app: Agreement["app"];

beforeAll(async () => {
  const env = {
    ALLOW_RUNS: "true",
    RATE_LIMIT_KEYS: "100000",
    RATE_LIMIT_PROBES: "100000",
    RATE_LIMIT_COMPLETIONS: "100000",
  };
  agreement = await startAgreement({ env, seed: "default" });
  app = agreement.app;
});
afterAll(() => agreement?.stop());

/** Some requests change the keys. */
let secret: string;
beforeAll(async () => {
  secret = await app.aws.secretText();
});
beforeEach(() => app.aws.putSecret(secret));

const canary = "canary-7b2";

/** One segment of a path each, as it is sent. */
const oddSegments = {
  "a null byte": `${canary}%00`,
  "line ends": `${canary}%0d%0aset-cookie:x`,
  "control characters": `%01%1b%7f${canary}`,
  slashes: `..%2f..%2f${canary}`,
  "a slash encoded twice": `${canary}%252f`,
  backslashes: `%5c%5c${canary}`,
  "an ARN of elsewhere": `arn:aws:states:eu-west-1:000000000000:execution:${canary}:x`,
  "an ARN without an end": "arn:aws:states:eu-west-1:000000000000:execution:sql-agent-prod:",
  "the name of a prototype": "__proto__",
  "the name of a method": "constructor",
  "a direction mark": `%e2%80%ae${canary}`,
  "half an emoji": "%ed%a0%bd",
  "an emoji": "%f0%9f%92%a9",
  quotes: `%22%27%60${canary}`,
  "an expression": `%24%7b${canary}%7d%7b%25`,
  signs: "%23%3f%26%2a%3c%3e%7c",
  "a space": "%20",
  "a number": "-1",
  "3,000 characters": "x".repeat(3_000),
  "3,000 characters of three bytes": "%e2%82%ac".repeat(1_000),
};

type Sent = { method: string; path: string; body?: string; type?: string };

async function expectAnswer({ method, path, body, type }: Sent, what: string): Promise<void> {
  const answer = await fetch(`${app.url}${path}`, {
    method,
    body,
    redirect: "manual",
    headers: {
      cookie: app.admin.cookie ?? "",
      ...(type !== undefined && { "content-type": type }),
    },
  });
  const text = await answer.text();
  const shown = `${what}: ${answer.status} ${text.slice(0, 300)}`;
  // A provider's own refusal is passed on.
  if (answer.status === 502 && "provider_status" in JSON.parse(text)) return;
  expect(answer.status, shown).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.headers.get("content-type"), shown).toBe("application/problem+json");
  const id = answer.headers.get("x-request-id");
  expect(JSON.parse(text), shown).toMatchObject({ status: answer.status, request_id: id });
}

/** Signing out, or revoking what the test itself uses, would end the test. */
const names = endpointNames.filter((name) => rowOf(name).answer.kind !== "none");

type Example = { params?: Record<string, string>; body?: unknown } | undefined;
const exampleOf = (name: EndpointName) => examples[name] as Example; // Each is of this shape.

function addressOf(name: EndpointName, changed: Record<string, string> = {}) {
  const [method] = splitAddress(name);
  // Placeholders keep what is sent as it is.
  const params = { ...exampleOf(name)?.params };
  const marks = Object.entries(changed).map(([param, segment], at) => {
    params[param] = `mark${at}`;
    return [`mark${at}`, segment] as const;
  });
  let path = pathOf(name, { params });
  for (const [mark, segment] of marks) path = path.replace(`/${mark}`, `/${segment}`);
  return { method, path };
}

const withParams = names.filter((name) => exampleOf(name)?.params);

test.each(withParams)("odd parameters of the path to %s", async (name) => {
  const row = rowOf(name);
  const body = row.body?.kind === "json" ? JSON.stringify(exampleOf(name)?.body ?? {}) : undefined;
  const sent = body === undefined ? {} : { body, type: "application/json" };
  for (const [what, segment] of Object.entries(oddSegments)) {
    for (const param of Object.keys(exampleOf(name)?.params ?? {})) {
      const address = addressOf(name, { [param]: segment });
      await expectAnswer({ ...address, ...sent }, `${param} with ${what}`);
    }
  }
  expect(app.output()).not.toContain(canary);
});

const oddTypes = [
  "text/plain",
  "text/html",
  "application/xml",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "application/json; charset=utf-16",
  "application/problem+json",
  "application/octet-stream",
  "x",
  "",
];

const oddBodies = [
  "",
  " ",
  "null",
  "true",
  "5",
  "1e999",
  '"text"',
  "[]",
  "[null]",
  "{}",
  "{",
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '{"a":1,"a":2}',
  '{"a":"\\ud800"}',
  '"\\u0000"',
  "\ufeff{}",
  "\0",
];

const oddMembers: unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.1,
  "",
  "\0",
  "\ud83d",
  "__proto__",
  [],
  [null],
  {},
  { a: { b: [] } },
  `${canary}\r\n`,
];

/** The body with each of its members, and each of theirs, replaced in turn. */
function withOddMembers(value: unknown, odd: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, at) => [
      value.toSpliced(at, 1, odd),
      ...withOddMembers(entry, odd).map((changed) => value.toSpliced(at, 1, changed)),
    ]);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    { ...value, [name]: odd },
    ...withOddMembers(member, odd).map((changed) => ({ ...value, [name]: changed })),
  ]);
}

const takingJson = names.filter((name) => rowOf(name).body?.kind === "json");

test.each(takingJson)("odd bodies to %s", async (name) => {
  const address = addressOf(name);
  const example = exampleOf(name)?.body;
  const json = "application/json";
  for (const body of oddBodies) {
    await expectAnswer({ ...address, body, type: json }, JSON.stringify(body));
  }
  for (const type of oddTypes) {
    await expectAnswer({ ...address, body: JSON.stringify(example), type }, `the type ${type}`);
  }
  for (const odd of oddMembers) {
    for (const changed of withOddMembers(example, odd)) {
      const body = JSON.stringify(changed);
      await expectAnswer({ ...address, body, type: json }, body.slice(0, 200));
    }
  }
  expect(app.output()).not.toContain(canary);
});

const takingNothing = names.filter(
  (name) => !rowOf(name).body && !/^GET/.test(splitAddress(name)[0]),
);

test.each(takingNothing)("a body to %s, which takes none", async (name) => {
  for (const body of ['{"a":1}', "[]", "x"]) {
    await expectAnswer({ ...addressOf(name), body, type: "application/json" }, body);
  }
});

describe("a definition that is hard to follow is given up, and nobody else waits:", () => {
  const agentState = "Load Agent Configuration";
  const passes = (count: number, more: State) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `Extra ${at}`,
        { Type: "Pass", ...more, ...(at < count - 1 && { Next: `Extra ${at + 1}` }) },
      ]),
    );
  const endless = "{% ($f := function($n) { $f($n + 1) }; $f(0)) %}";
  const doubling = `{% $length(($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('aaaaaaaa', 40))) %}`;
  const maps = (depth: number): State => {
    const inner: Record<string, State> =
      depth === 0
        ? { Last: { Type: "Pass", End: true } }
        : { [`Map ${depth}`]: { ...maps(depth - 1), End: true } };
    return {
      Type: "Map",
      Items: [1],
      ItemProcessor: { StartAt: Object.keys(inner)[0], States: inner },
    };
  };

  test.each<[string, Record<string, State>, string | RegExp | null]>([
    ["5,000 states", passes(5_000, { Comment: "x".repeat(100) }), "More than 500 states"],
    [
      "a state of a megabyte",
      passes(1, { Output: Array(400_000).fill(1) }),
      "isn't a state machine",
    ],
    ["200 states without an end", passes(200, { Assign: { x: endless } }), "needs more time"],
    [
      "200 slow states",
      passes(200, { Assign: { x: "{% $count([1..2000].($ * 2)) %}" } }),
      /took too long|needs more time/, // Of all states, or on a slow machine of the first one.
    ],
    ["a text that doubles", passes(1, { Assign: { x: doubling } }), "makes a text of more than"],
    [
      "a search that backtracks",
      passes(1, { Assign: { x: "{% $contains($pad('', 9000, 'a'), /a*a*a*b/) %}" } }),
      "searches 9000 characters",
    ],
    ["Maps nested in 40", { Extra: maps(40) }, null],
    ["Maps nested in 400", { Extra: maps(400) }, "isn't a state machine"],
  ])("%s", async (_, states, why) => {
    const edit: Change = insertAfter(agentState, states);
    const { name } = await agreement.deploySample({ edit });
    let trace: Trace | undefined;
    const turn = await longestTurn(async () => {
      trace = await agreement.traceOf(name);
      const target = "provider=openai&model_id=gpt-4o";
      const preflight = await app.viewer.get(`${agentPath(name)}/preflight?${target}`);
      expect(preflight.status).toBe(200);
    });
    const told = [trace?.assumed_because?.why, ...(trace?.steps.map(({ detail }) => detail) ?? [])];
    if (why) expect(told.join(" ")).toMatch(why);
    else expect(trace).toMatchObject({ ok: true, source: "definition" });
    expect(turn).toBeLessThan(maxTurnMs);
  });
});
