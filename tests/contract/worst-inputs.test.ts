import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EndpointName, pathOf, splitAddress } from "@/lib/addresses";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import { examples } from "@/lib/api/examples";
import { processorMs } from "../support/elapsed";
import { longestTurn } from "../support/turns";
import { type Console, startConsole } from "./running-console";

// What the worst inputs cost is how long nobody else gets an answer: the processor's time of one turn of
// the event loop, which here is also that of the stand-ins.
let maxTurnMs = 500;

let app: Console;

beforeAll(async () => {
  // A slow machine also needs longer to parse JSON of the largest size.
  const lists = jsonTexts(9_990_000).lists ?? "";
  maxTurnMs = Math.max(maxTurnMs, 10 * processorMs(() => JSON.parse(lists)));
  app = await startConsole({
    env: {
      RATE_LIMIT_KEYS: "100000",
      RATE_LIMIT_PROBES: "100000",
      RATE_LIMIT_COMPLETIONS: "100000",
    },
  });
});
afterAll(() => app.stop());

type Sent = { method: string; path: string; body?: string; type?: string };

async function expectQuick(
  { method, path, body, type = "application/json" }: Sent,
  what: string,
): Promise<void> {
  let [status, text] = [0, ""];
  const turn = await longestTurn(async () => {
    const answer = await fetch(`${app.url}${path}`, {
      method,
      body,
      headers: {
        cookie: app.admin.cookie ?? "",
        ...(body !== undefined && { "content-type": type }),
      },
    });
    [status, text] = [answer.status, await answer.text()];
  });
  expect(turn, `${what}: milliseconds of the processor`).toBeLessThan(maxTurnMs);
  expect(status, text.slice(0, 200)).not.toBe(500);
  expect(text.length, "characters of the answer").toBeLessThan(20_000_000);
}

const filled = (unit: string, bytes: number) => unit.repeat(Math.floor(bytes / unit.length));

const jsonTexts = (bytes: number): Record<string, string> => ({
  lists: `[${filled("[],", bytes - 10)}[]]`,
  "nested lists": filled("[", bytes),
  "nested objects": filled('{"a":', bytes),
  numbers: `[${filled("1,", Math.min(bytes, 99_000))}1]`,
  "a long number": filled("1", bytes),
  escapes: `["${filled("\\u0041", bytes - 10)}"]`,
  members: `{${Array.from({ length: bytes / 20 }, (_, at) => `"k${at}":1`)}}`,
  "few members": `{${Array.from({ length: 900 }, (_, at) => `"${"k".repeat(900)}${at}":1`)}}`,
});

const texts = {
  digits: filled("1", 110_000),
  spaces: ` ${filled(" \t", 110_000)}x`,
  tags: filled("<", 110_000),
  words: filled("max tokens limit: 1, ", 110_000),
  signs: filled("-.,:/@%", 110_000),
};

/** The body with each of its texts replaced in turn. */
function withWorstTexts(value: unknown, worst: string): unknown[] {
  if (typeof value === "string") return [worst];
  if (Array.isArray(value)) {
    return value.flatMap((entry, at) =>
      withWorstTexts(entry, worst).map((changed) => value.toSpliced(at, 1, changed)),
    );
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    withWorstTexts(member, worst).map((changed) => ({ ...value, [name]: changed })),
  );
}

/** Signing out, or revoking what the test itself uses, would end the test. */
const names = endpointNames.filter((name) => rowOf(name).answer.kind !== "none");

function addressOf(name: EndpointName): { method: string; path: string } {
  const [method] = splitAddress(name);
  const example = examples[name] as { params?: Record<string, string> } | undefined;
  const params = example?.params ?? { nextauth: "csrf" };
  return { method, path: pathOf(name, { params }).replace("%2F", "/") };
}

describe("JSON of the worst kinds", () => {
  const taking = names.filter((name) => rowOf(name).body?.kind === "json");

  test.each(taking)("to %s", async (name) => {
    const address = addressOf(name);
    for (const [kind, body] of Object.entries(jsonTexts(900_000))) {
      await expectQuick({ ...address, body }, kind);
    }
    const example = (examples[name] as { body?: unknown } | undefined)?.body;
    for (const [kind, worst] of Object.entries(texts)) {
      for (const changed of withWorstTexts(example, worst)) {
        await expectQuick({ ...address, body: JSON.stringify(changed) }, `a text of ${kind}`);
      }
    }
  });
});

test.each(names.filter((name) => rowOf(name).query && addressOf(name).method === "GET"))(
  "the longest query to %s",
  async (name) => {
    const { method, path } = addressOf(name);
    const definition: object = rowOf(name).query?._zod.def ?? {};
    const shape = "shape" in definition ? definition.shape : null;
    const fields = Object.keys(shape ?? {});
    expect(fields.length).toBeGreaterThan(0);
    for (const worst of Object.values(texts)) {
      for (const field of fields) {
        const query = new URLSearchParams({ [field]: worst.slice(0, 5_000) });
        await expectQuick({ method, path: `${path}?${query}` }, field);
      }
    }
  },
);

/** Node takes 16 kB of address and headers. */
const pathTexts = Object.values(texts).map((worst) => encodeURIComponent(worst.slice(0, 4_000)));

test.each(names.filter((name) => addressOf(name).path.split("/").length > 3))(
  "the longest parameters of the path to %s",
  async (name) => {
    const { method, path } = addressOf(name);
    const example = examples[name] as { params?: Record<string, string> } | undefined;
    const values = Object.values(example?.params ?? {}).map(encodeURIComponent);
    for (const worst of pathTexts) {
      for (const value of values) {
        const changed = path.replace(`/${value}`, `/${worst.slice(0, 12_000)}`);
        await expectQuick({ method, path: changed }, value);
      }
    }
  },
);

test.each(["callback/local", "signout", "signin/local", "_log"])(
  "the worst forms to /api/auth/%s",
  async (path) => {
    const type = "application/x-www-form-urlencoded";
    for (const worst of Object.values(texts)) {
      for (const field of ["csrfToken", "token", "callbackUrl", "json"]) {
        const body = new URLSearchParams({ [field]: worst }).toString();
        await expectQuick({ method: "POST", path: `/api/auth/${path}`, body, type }, field);
      }
    }
    const body = filled("a=1&", 60_000);
    await expectQuick({ method: "POST", path: `/api/auth/${path}`, body, type }, "many fields");
  },
);

describe("files to an import", () => {
  const bytes = 9_990_000;
  const header = "provider,model_id,display_name\n";
  const rows = (make: (at: number) => unknown) =>
    JSON.stringify(Array.from({ length: 10_000 }, (_, at) => make(at)));
  const wrong = { provider: 1, model_id: 2, display_name: 3, input_price: "x", max_tokens: "y" };

  test.each(
    Object.entries({
      ...jsonTexts(bytes),
      "rows of nothing": rows(() => ({})),
      "rows with faults everywhere": rows(() => wrong),
      "rows with unknown columns": rows((at) => ({ [`a${at}`]: 1, [`b${at}`]: 1, [`c${at}`]: 1 })),
      "new models": rows((at) => ({
        provider: "bedrock",
        model_id: `eu.anthropic.claude-${at}-20240101-v1:0`,
        input_price: 1.5,
      })),
      "models with long ids": rows((at) => ({
        provider: "openai",
        model_id: `${"gpt-4o-".repeat(70)}${at}`,
        output_price: 0.0001,
      })),
      "one model": rows(() => ({ provider: "openai", model_id: "gpt-4o", is_default: true })),
    }),
  )("JSON: %s", async (kind, body) => {
    const path = "/api/models/import?dry_run=true&mode=partial";
    await expectQuick({ method: "POST", path, body }, kind);
  });

  test.each(
    Object.entries({
      "short lines": header + filled("a\n", bytes),
      "empty lines": filled("\r\n", bytes),
      quotes: filled('"', bytes),
      "open quotes": header + filled('"a" ', bytes),
      "pairs of quotes": `${header}"${filled('""', 900_000)}"\n`,
      cells: filled(",", bytes),
      "a cell of digits": `${header}openai,gpt-4o,${filled("1", 110_000)}\n`,
      "many cells of digits": `provider,model_id,input_price\n${filled(`openai,m,${"1".repeat(2_000)}\n`, bytes)}`,
      spaces: header + filled(" ", bytes),
    }),
  )("CSV: %s", async (kind, body) => {
    const path = "/api/models/import?dry_run=true&mode=partial";
    await expectQuick({ method: "POST", path, body, type: "text/csv" }, kind);
  });
});
