import { randomBytes } from "node:crypto";
import { expect, test } from "../support/browser";
import { startHeldUpstream } from "../support/held-upstream";
import { type Image, layOutImage } from "../support/image";
import { isListening } from "../support/launched";
import { testModel } from "../support/models-page";
import { startRoundRobin } from "../support/round-robin";
import { signInWithToken } from "../support/sign-in";

type Copy = Awaited<ReturnType<Image["start"]>>;

// They stop the copies one after the other.
test.describe.configure({ mode: "default" });

const tokens = { LOCAL_ADMIN_TOKEN: "copies-admin", LOCAL_VIEWER_TOKEN: "copies-viewer" };
const shutdownMs = 4_000;
const { STACK_AWS_URL = "", STACK_SIMULATOR_URL = "" } = process.env;

let image: Image;
let upstream: Awaited<ReturnType<typeof startHeldUpstream>>;
let balancer: Awaited<ReturnType<typeof startRoundRobin>>;
let copies: Copy[] = [];

test.beforeAll(async () => {
  image = layOutImage();
  upstream = await startHeldUpstream();
  balancer = await startRoundRobin(() => copies.map(({ port }) => port));
  const variables = {
    ...tokens,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: STACK_AWS_URL,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    NEXTAUTH_URL: balancer.url,
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    OPENAI_BASE_URL: upstream.baseUrl,
    DEEPSEEK_BASE_URL: `${STACK_SIMULATOR_URL}/deepseek`,
    SHUTDOWN_TIMEOUT_MS: `${shutdownMs}`,
  };
  copies = await Promise.all([1, 2, 3].map(() => image.start(variables)));
});

test.afterAll(async () => {
  for (const copy of copies) copy.kill("SIGKILL");
  await Promise.all(copies.map(({ exit }) => exit));
  balancer?.stop();
  upstream?.stop();
  image?.remove();
});

/** What each copy answers by itself. */
async function askAll(path: string): Promise<{ [name: string]: unknown }[]> {
  const cookie = await signInWithToken(balancer.url, tokens.LOCAL_ADMIN_TOKEN);
  const answers = copies.map(({ url }) => fetch(url + path, { headers: { cookie } }));
  return Promise.all(answers.map(async (answer) => (await answer).json()));
}

test("three copies of the image behind a balancer are one console", async ({ page }) => {
  const from = await testModel({ supports_tools: true });
  const to = await testModel({ supports_tools: true });
  const agent = await from.useByAgent();
  await page.goto(`${balancer.url}/sign-in#token=${tokens.LOCAL_ADMIN_TOKEN}`);
  await page.getByRole("heading", { name: "Model Management" }).waitFor();

  const panel = page.getByRole("region", { name: "API keys" });
  const key = `sandbox-${randomBytes(12).toString("base64url")}`;
  await panel.getByLabel("Provider", { exact: true }).selectOption({ label: "DeepSeek" });
  await panel.getByLabel("API key", { exact: true }).fill(key);
  await panel.getByRole("button", { name: "Update API Key" }).click();
  await expect(panel.getByRole("status")).toContainText("The key of DeepSeek is saved");
  const saved = expect.objectContaining({ last_four: key.slice(-4) });
  for (const { providers } of await askAll("/api/providers")) {
    expect(providers).toContainEqual(expect.objectContaining({ id: "deepseek", key: saved }));
  }

  await page.goto(`${balancer.url}/agents?q=${agent.agent_name}`);
  await page.getByLabel(`Model of ${agent.agent_name}/v1.0`).selectOption({ value: to.pk });
  await expect(page.getByText(`${agent.agent_name} runs on ${to.display_name}`)).toBeVisible();
  for (const record of await askAll(`/api/agents/${agent.agent_name}/v1.0`)) {
    expect(record.llm_model).toBe(to.model_id);
  }
  const listed = expect.objectContaining({ agent_name: agent.agent_name, llm_model: to.model_id });
  await expect(async () => {
    for (const list of await askAll("/api/agents")) expect(list.agents).toContainEqual(listed);
  }).toPass({ timeout: 5_000 });
  await page.reload();
  await expect(page.getByLabel(`Model of ${agent.agent_name}/v1.0`)).toHaveValue(to.pk);

  expect([...balancer.answeredBy.keys()].toSorted()).toEqual(
    copies.map(({ port }) => port).toSorted(),
  );
  for (const copy of copies) {
    expect(await image.checkHealth(copy.port)).toBe(0);
    expect(copy.output()).not.toMatch(/EROFS|EACCES|EPERM|ENOENT/);
  }
  await agent.remove();
});

/** A completion by way of this copy, read up to its first word. */
async function beginStream(copy: Copy) {
  const cookie = await signInWithToken(balancer.url, tokens.LOCAL_ADMIN_TOKEN);
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

test("a copy that is stopped ends its streams first, but not for ever", async () => {
  const [ends, hangs] = copies;
  if (!ends || !hangs) throw new Error("There are three copies.");
  const [stream, hanging] = [await beginStream(ends), await beginStream(hangs)];
  const cutOff = expect(hanging.rest()).rejects.toThrow();
  hangs.kill("SIGTERM");
  await cutOff;
  expect(await hangs.exit).toBe(143);

  ends.kill("SIGTERM");
  await expect.poll(() => isListening(ends.url)).toBe(false);
  upstream.letGo();
  const text = await stream.rest();
  expect(text).toContain("first last");
  expect(text).toContain("event: done");
  expect(await ends.exit).toBe(143);
});
