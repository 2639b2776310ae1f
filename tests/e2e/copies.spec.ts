import { randomBytes } from "node:crypto";
import { expect, test } from "../support/browser";
import { type Copies, startCopies } from "../support/copies";
import { startPausedUpstream } from "../support/held-upstream";
import { isListening } from "../support/launched";
import { testModel } from "../support/models-page";
import { signInWithToken } from "../support/sign-in";

// Serial: the tests stop the copies one by one.
test.describe.configure({ mode: "default" });

const tokens = { LOCAL_ADMIN_TOKEN: "copies-admin", LOCAL_VIEWER_TOKEN: "copies-viewer" };
const shutdownMs = 4_000;
const { STACK_AWS_URL = "", STACK_SIMULATOR_URL = "" } = process.env;

let upstream: Awaited<ReturnType<typeof startPausedUpstream>>;
let balanced: Copies;

test.beforeAll(async () => {
  upstream = await startPausedUpstream();
  balanced = await startCopies({
    count: 3,
    awsUrl: STACK_AWS_URL,
    simulatorUrl: STACK_SIMULATOR_URL,
    env: {
      ...tokens,
      OPENAI_BASE_URL: upstream.baseUrl,
      SHUTDOWN_TIMEOUT_MS: `${shutdownMs}`,
    },
  });
});

test.afterAll(async () => {
  await balanced?.stop();
  upstream?.stop();
});

/** The answer of each copy, without the load balancer. */
async function fetchFromAll(path: string): Promise<{ [name: string]: unknown }[]> {
  const cookie = await signInWithToken(balanced.url, tokens.LOCAL_ADMIN_TOKEN);
  const answers = balanced.copies.map(({ url }) => fetch(url + path, { headers: { cookie } }));
  return Promise.all(answers.map(async (answer) => (await answer).json()));
}

async function write(method: string, path: string, body: object): Promise<void> {
  const cookie = await signInWithToken(balanced.url, tokens.LOCAL_ADMIN_TOKEN);
  const headers = { cookie, "content-type": "application/json" };
  const response = await fetch(balanced.url + path, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBe(200);
}

test("every copy shows what one copy wrote: the key and the record at once, the list soon", async () => {
  const from = await testModel({ supports_tools: true });
  const to = await testModel({ supports_tools: true });
  const agent = await from.useByAgent();
  const key = `sandbox-${randomBytes(12).toString("base64url")}`;
  await write("PUT", "/api/providers/deepseek/key", { api_key: key });
  const saved = expect.objectContaining({ last_four: key.slice(-4) });
  for (const { providers } of await fetchFromAll("/api/providers")) {
    expect(providers).toContainEqual(expect.objectContaining({ id: "deepseek", key: saved }));
  }

  const path = `/api/agents/${agent.agent_name}/v1.0`;
  await write("PATCH", path, { llm_model: to.model_id });
  for (const record of await fetchFromAll(path)) expect(record.llm_model).toBe(to.model_id);
  const listed = expect.objectContaining({ agent_name: agent.agent_name, llm_model: to.model_id });
  await expect(async () => {
    for (const list of await fetchFromAll("/api/agents"))
      expect(list.agents).toContainEqual(listed);
  }).toPass({ timeout: 5_000 });
  await agent.remove();
});

test("the load balancer reaches every copy, and each passes the container's health check", async () => {
  for (const _ of balanced.copies) await fetch(`${balanced.url}/api/health`);
  const ports = balanced.copies.map(({ port }) => port);
  expect([...balanced.requestsByPort.keys()].toSorted()).toEqual(ports.toSorted());
  const codes = await Promise.all(ports.map((port) => balanced.image.checkHealth(port)));
  expect(codes).toEqual([0, 0, 0]);
});

/** Starts a completion on this copy and reads it up to its first word. */
async function startStream(copy: Copies["copies"][number]) {
  const cookie = await signInWithToken(balanced.url, tokens.LOCAL_ADMIN_TOKEN);
  const response = await fetch(`${copy.url}/api/completions`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify({ provider: "openai", model_id: "gpt-4o", prompt: "Hello?" }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error(`${response.status} without a body`);
  let text = "";
  while (!text.includes("first")) text += (await reader.read()).value ?? "";
  return {
    rest: async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += value;
      }
    },
  };
}

test("a stopped copy waits for its streams to end, up to a limit", async () => {
  const [ends, hangs] = balanced.copies;
  if (!ends || !hangs) throw new Error("There are three copies.");
  const [stream, hanging] = [await startStream(ends), await startStream(hangs)];
  const cutOff = expect(hanging.rest()).rejects.toThrow();
  hangs.kill("SIGTERM");
  await cutOff;
  expect(await hangs.exit).toBe(143);

  ends.kill("SIGTERM");
  await expect.poll(() => isListening(ends.url)).toBe(false);
  upstream.release();
  const text = await stream.rest();
  expect(text).toContain("first last");
  expect(text).toContain("event: done");
  expect(await ends.exit).toBe(143);
});
