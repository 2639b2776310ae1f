import { REMOTE_DATA_JSON_URL } from "@pydantic/genai-prices";
import { afterEach, expect, test, vi } from "vitest";
import type { PriceCatalog } from "@/lib/price-sync/schema";
import { type ReceivedRequest, type Replay, startReplay } from "../support/replay-server";
import { modelRow, tables } from "./console";
import { startUsageConsole } from "./usage-console";

/** A file in LiteLLM's shape, USD per token. */
function liteLlm(count: number, input = 3e-6): string {
  const entry = { litellm_provider: "openai", mode: "chat", output_cost_per_token: 1.2e-5 };
  const ids = Array.from({ length: count }, (_, at) => `gpt-${at}`);
  return JSON.stringify(
    Object.fromEntries(ids.map((id) => [id, { ...entry, input_cost_per_token: input }])),
  );
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const interval = 6 * 3_600_000;

/** An object with an ETag, and a console that has looked at it once. */
async function startWithObject(variables: (url: string) => Record<string, string>) {
  let current: Replay = {};
  const answer = ({ headers }: ReceivedRequest): Replay =>
    current.headers?.etag && headers["if-none-match"] === current.headers.etag
      ? { status: 304, headers: { etag: current.headers.etag }, body: [] }
      : current;
  const server = await startReplay(answer);
  closing.push(() => server.stop());
  const place = (text: string, etag: string) => {
    const headers = { etag, "last-modified": "Sat, 28 Nov 2026 09:00:00 GMT" };
    current = { status: 200, headers, body: [text] };
  };
  place(liteLlm(100), '"one"');
  const app = await startUsageConsole(variables(server.url));
  closing.push(() => app.stop());
  await app.aws.put(tables.models, modelRow("openai", "gpt-77"));
  const { refreshRemoteCatalog } = await import("@/lib/prices/remote-catalog-service");
  let now = Date.now();
  await refreshRemoteCatalog(now);
  return {
    ...app,
    server,
    place,
    fail: () => {
      current = { status: 503, headers: {}, body: ["Service Unavailable"] };
    },
    /** Looks at the object again after so many milliseconds. */
    lookAfter: (milliseconds: number) => {
      now += milliseconds;
      return refreshRemoteCatalog(now);
    },
    read: async (): Promise<PriceCatalog> =>
      JSON.parse((await app.viewer.get("/api/price-catalog")).text),
    priceOf: async (id: string) =>
      (await app.viewer.get(`/api/prices/openai/${id}`)).body.catalog as Record<string, unknown>,
  };
}

test("a changed object is taken, an unchanged one isn't sent again, and a bad one changes nothing", async () => {
  const app = await startWithObject((url) => ({ PRICE_CATALOG: `${url}/prices.json?signature=s` }));
  const { layers, remote } = await app.read();
  expect(layers[0]).toMatchObject({ layer: "admin", models: 100, as_of: "2026-11-28" });
  expect(remote).toEqual({
    address: `${app.server.url}/prices.json`,
    checked_at: expect.any(String),
    failure: null,
    failing_since: null,
  });

  await app.lookAfter(interval / 2);
  expect(app.server.requests).toHaveLength(1);
  await app.lookAfter(interval / 2);
  expect(app.server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
    undefined,
    '"one"',
  ]);

  app.place(liteLlm(120, 4e-6), '"two"');
  await app.lookAfter(interval);
  expect(await app.priceOf("gpt-77")).toMatchObject({ input_price: 4 });

  app.fail();
  await app.lookAfter(interval);
  const failed = (await app.read()).remote;
  expect(failed).toMatchObject({ failure: "The address answered HTTP 503." });
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 4 });

  app.place(liteLlm(20), '"half"');
  await app.lookAfter(interval);
  const halved = (await app.read()).remote;
  expect(halved?.failure).toContain("fewer than half");
  expect(halved?.failing_since).toBe(failed?.failing_since);
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 4 });

  await app.server.stop();
  await app.lookAfter(4 * interval);
  const unreachable = (await app.read()).remote;
  expect(unreachable?.failure).toBe("The address could not be reached (ECONNREFUSED).");
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 4 });

  const refused = await app.admin.send("PUT", "/api/price-catalog", liteLlm(120));
  expect(refused.status).toBe(409);
  expect(refused.text).toContain("PRICE_CATALOG");
  const { body } = await app.viewer.get("/api/activity?kind=catalog");
  const events = body.events as { action: string }[]; // The answer's shape.
  expect(events.map(({ action }) => action)).toEqual(["catalog.update", "catalog.update"]);
});

test("genai-prices stands for the newest data of that package", async () => {
  const real = globalThis.fetch;
  let place = "";
  // The package's address is on the internet; only the connection goes to the test's server.
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) =>
    real(input === REMOTE_DATA_JSON_URL ? place : input, init),
  );
  closing.push(async () => void vi.unstubAllGlobals());
  const app = await startWithObject((url) => {
    place = url;
    return { PRICE_CATALOG: "genai-prices" };
  });
  expect((await app.read()).remote).toMatchObject({ address: REMOTE_DATA_JSON_URL, failure: null });

  const models = [{ id: "gpt-77", match: { equals: "gpt-77" }, prices: { input_mtok: 5 } }];
  const others = Array.from({ length: 60 }, (_, at) => ({ ...models[0], id: `gpt-other-${at}` }));
  app.place(JSON.stringify([{ id: "openai", models: [...models, ...others] }]), '"two"');
  await app.lookAfter(interval);
  expect(await app.read()).toMatchObject({ admin: { format: "genai-prices" } });
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 5 });

  app.place("<!doctype html><title>Blocked by the proxy</title>", '"three"');
  await app.lookAfter(interval);
  expect((await app.read()).remote?.failure).toBe("This is an HTML page, not a price catalog.");
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 5 });
});

test("an object in S3 is read with its ETag, and a refusal is shown", async () => {
  const app = await startWithObject((url) => ({
    AWS_ENDPOINT_URL_S3: url,
    PRICE_CATALOG: "s3://catalogs/team%20a/prices.json",
  }));
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 3 });
  await app.lookAfter(interval);
  const [, again] = app.server.requests;
  expect(again?.path).toMatch(/^\/catalogs\/team%20a\/prices\.json(\?|$)/);
  expect(again?.headers["if-none-match"]).toBe('"one"');
  app.fail();
  await app.lookAfter(interval);
  expect((await app.read()).remote?.failure).toMatch(/^S3 refused the object: /);
  expect(await app.priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 3 });
});
