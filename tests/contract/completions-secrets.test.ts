import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReceivedRequest, type ReplayServer, startReplay } from "../support/replay-server";
import { type Json, modelRow, tables, unique } from "./console";
import { keyNames } from "./key-console";
import { type Console, startConsole } from "./running-console";

const ids = Object.keys(keyNames);
/** Of no provider's shape, with characters that every encoding changes. */
const canaryOf = (id: string) => `canary-${id}-Zq7x+T9/mW4=aPfK2vLc8`;

function keyIn(headers: ReceivedRequest["headers"]): string {
  const shown = [headers.authorization, headers["x-api-key"], headers["x-goog-api-key"]];
  return shown.filter(Boolean).join();
}

/** An upstream that repeats every header it got: in its words, its headers, raw and encoded. */
function gossip({ headers, body }: ReceivedRequest) {
  const key = keyIn(headers).replace("Bearer ", "");
  const echoes = [key, encodeURIComponent(key), Buffer.from(key).toString("base64")];
  const more = { "x-echo": key, "set-cookie": `k=${key}`, "www-authenticate": `Bearer ${key}` };
  const words = `Your key ${echoes.join(" and ")} is wrong`;
  if (body.includes("as a web page")) {
    return { status: 502, headers: { "content-type": "text/html", ...more }, body: [words] };
  }
  if (body.includes("in the middle")) {
    const data = JSON.stringify({ error: { message: words, type: "server_error" } });
    const stream = { "content-type": "text/event-stream", ...more };
    return { headers: stream, body: [`event: error\ndata: ${data}\n\n`] };
  }
  if (body.includes("broken off")) {
    const json = { "content-type": "application/json", "content-length": "999", ...more };
    return { headers: json, body: [`{"error":"${words}`], finish: "break" as const };
  }
  const json = { "content-type": "application/json", ...more };
  return { status: 401, headers: json, body: [JSON.stringify({ error: { message: words } })] };
}

/** What the SDKs would take from the server's environment, if they were let. */
const decoys = Object.fromEntries(
  [
    "OPENAI_API_KEY",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_CLOUD_PROJECT",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_SESSION_TOKEN",
  ].map((name) => [name, "decoy-of-the-environment"]),
);

let app: Console;
let upstream: ReplayServer;
/** Everything that a browser got. */
const received: string[] = [];

async function get(method: string, path: string, body?: Json): Promise<string> {
  const response = await app.admin.raw(method, path, body);
  const text = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  received.push(text);
  return text;
}

beforeAll(async () => {
  upstream = await startReplay(gossip);
  const { url } = upstream;
  app = await startConsole({
    env: {
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_BASE_URL: url,
      GOOGLE_GEMINI_BASE_URL: url,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
      XAI_BASE_URL: `${url}/v1`,
      DEEPSEEK_BASE_URL: url,
      GOOGLE_GENAI_USE_VERTEXAI: "true",
      ...decoys,
    },
  });
});

afterAll(async () => {
  await app.stop();
  await upstream.stop();
});

describe.each(ids)("the key of %s, repeated by whoever answers", (id) => {
  const model_id = unique("m");

  test("isn't returned by any call", async () => {
    await app.aws.put(tables.models, modelRow(id, model_id));
    await get("PUT", `/api/providers/${id}/key`, { api_key: canaryOf(id) });
    for (const way of ["plainly", "as a web page", "in the middle", "broken off"]) {
      for (const stream of [true, false]) {
        const ask = { provider: id, model_id, prompt: `Refuse ${way}`, stream, raw: true };
        expect(await get("POST", "/api/completions", ask)).toContain("raw");
      }
    }
    await get("POST", `/api/providers/${id}/key/verify`, {});
    await get("POST", `/api/providers/${id}/key/verify`, { api_key: canaryOf(id) });
    await get("GET", `/api/providers/${id}/available-models`);
    await get("POST", `/api/models/${id}/${model_id}/probe`, { tools: true });
    await get("GET", `/api/models/${id}/${model_id}`);
    const bearer = ["anthropic", "google"].includes(id) ? "" : "Bearer ";
    const sent = upstream.requests.filter(({ headers }) => keyIn(headers).includes(`-${id}-`));
    expect(sent.length).toBeGreaterThan(8);
    for (const { headers } of sent) expect(keyIn(headers)).toBe(bearer + canaryOf(id));
  });
});

test("no other identity of the environment was sent", () => {
  expect(JSON.stringify(upstream.requests)).not.toContain("decoy");
});

test("none of them is in a response, an event, our table or the output", async () => {
  for (const path of ["/api/providers", "/api/activity", "/api/models"]) await get("GET", path);
  const table = JSON.stringify(await app.aws.scan(tables.management));
  const everything = [...received, table, app.output()].join("\n");
  expect(everything).toContain("[key removed]");
  for (const id of ids) {
    const key = canaryOf(id);
    const forms = [key, encodeURIComponent(key), Buffer.from(key).toString("base64")];
    for (const form of forms) {
      // Not a piece of it either, but for the last four characters, which are shown on purpose.
      for (let at = 8; at + 12 <= form.length; at += 4) {
        expect(everything).not.toContain(form.slice(at, at + 12));
      }
    }
  }
});
