import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { ApiKeys } from "@/components/keys/api-keys";
import type { KeyTestResponse, ProviderKey, ProviderList } from "@/lib/keys/schema";
import { providers } from "@/lib/providers/schema";
import { expectAccessible, show } from "../render";

const stored: ProviderKey = {
  status: "verified",
  last_four: "good",
  looks_like: null,
  updated_at: "2026-11-01T10:00:00.000Z",
  updated_by: "admin",
  kind: "api_key",
  region: null,
  expires_at: null,
  effective_at: null,
  can_roll_back: true,
  overwritten_since: null,
};

type SentRequest = { path: string; method: string; body: Record<string, unknown> };

let requests: SentRequest[];
let list: ProviderList;
let keyTest: Partial<KeyTestResponse> | "hangs" | "fails";

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** The API with one stored key for each provider. */
function respond(
  path: string,
  method: string,
  body: Record<string, unknown>,
  signal?: AbortSignal,
) {
  if (path === "/api/providers") return json(list);
  const [, id = "", verb] = /providers\/(\w+)\/key\/?(\w*)$/.exec(path) ?? [];
  const provider = list.providers.find((entry) => entry.id === id);
  if (!provider) return json({}, 404);
  if (verb === "verify") {
    if (keyTest === "fails") return json({ code: "internal", detail: "Broken" }, 500);
    if (keyTest === "hangs")
      return new Promise<Response>((_, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason)),
      );
    return json({
      outcome: "not_known",
      code: null,
      cause: null,
      fix: null,
      provider_status: null,
      provider_message: null,
      simulated: false,
      receipt: null,
      ...keyTest,
    });
  }
  requests.push({ path, method, body });
  const text = verb === "rollback" ? "the-key-before-good" : String(body.api_key);
  provider.key = {
    ...provider.key,
    status: "stored",
    last_four: text.slice(-4),
    updated_at: new Date().toISOString(),
  };
  return json({ ...provider.key, event_id: `event-${requests.length}` });
}

beforeEach(() => {
  requests = [];
  keyTest = {};
  list = {
    providers: providers.map(({ id, name, secret_key_name }) => ({
      id,
      name,
      secret_key_name,
      models: 1,
      agents: 1,
      key: { ...stored },
    })),
    foreign_keys: [],
    secret_fault: null,
    bedrock_region: "eu-west-1",
    runtime_providers: [],
  };
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const { pathname } = new URL(String(input), location.href);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    return respond(pathname, init.method ?? "GET", body, init.signal ?? undefined);
  });
});

afterEach(() => vi.unstubAllGlobals());

async function open() {
  const screen = await show(<ApiKeys canWrite history={() => null} />);
  // The previous test may have left another provider in the URL.
  await userEvent.selectOptions(screen.getByLabelText("Provider", { exact: true }), "openai");
  const field = screen.getByLabelText(/^(API key|Bearer token)$/);
  await expect.element(field).toBeInTheDocument();
  const update = screen.getByRole("button", { name: "Update API Key" });
  return {
    screen,
    field,
    submit: async (text: string) => {
      await userEvent.fill(field, text);
      await userEvent.click(update);
    },
  };
}

test("a verified key is saved without a question", async () => {
  keyTest = { outcome: "verified", receipt: "r" };
  const { screen, submit } = await open();
  await submit("export OPENAI_API_KEY='sk-proj-9f3cQ7xT'");
  await expect.element(screen.getByText("The key of OpenAI is saved")).toBeInTheDocument();
  expect(requests).toEqual([
    {
      path: "/api/providers/openai/key",
      method: "PUT",
      body: { api_key: "sk-proj-9f3cQ7xT", expires_at: null, receipt: "r" },
    },
  ]);
});

test.each([
  [{}, /^Couldn't verify with OpenAI\. Replace the key that works\?$/],
  ["fails", /^Couldn't verify with OpenAI\. Replace the key that works\?$/],
  [{ outcome: "rejected" }, /^OpenAI rejects it\. Replace the key that works\?$/],
  [{ outcome: "expired" }, /^It has expired\. Replace the key that works\?$/],
] as const)(
  "a test with the result %o asks before it replaces the key",
  async (result, question) => {
    keyTest = result;
    const { screen, submit } = await open();
    await submit("sk-proj-9f3cQ7xT");
    await expect.element(screen.getByText(question)).toBeInTheDocument();
    expect(requests).toEqual([]);
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Replace" }));
    await expect.element(screen.getByText("The key of OpenAI is saved")).toBeInTheDocument();
    expect(requests).toHaveLength(1);
  },
);

test("a stopped test asks before it replaces the key", async () => {
  keyTest = "hangs";
  const { screen, submit } = await open();
  await submit("sk-proj-9f3cQ7xT");
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  await expect.element(screen.getByText(/Couldn't verify with OpenAI/)).toBeInTheDocument();
  expect(requests).toEqual([]);
});

test.each([
  ["sk-...abcd", /masked key.*Replace the key that works\?/],
  ["****7101", /masked key.*Replace the key that works\?/],
  ["changeme", /placeholder.*Replace the key that works\?/],
])("%s is recognised before any call", async (text, question) => {
  const { screen, submit } = await open();
  await submit(text);
  await expect.element(screen.getByText(question)).toBeInTheDocument();

  expect(requests).toEqual([]);
});

test.each(["…7101", "•••"])("%s is refused on its field as masked", async (text) => {
  const { field, submit } = await open();
  await submit(text);
  await expect.element(field).toHaveAccessibleDescription(/masked key/);
  expect(requests).toEqual([]);
});

test.each([
  `ABSK${btoa("a long-term key of nobody")}`,
  "AWS_BEARER_TOKEN_BEDROCK=sandbox-of-bedrock",
])("a key of another provider, %s, can be moved there", async (text) => {
  keyTest = { outcome: "verified" };
  const { screen, field, submit } = await open();
  await submit(text);
  await expect
    .element(screen.getByText("This looks like a key of Amazon Bedrock."))
    .toBeInTheDocument();
  expect(requests).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Switch to Amazon Bedrock" }));
  await expect.element(screen.getByLabelText("Bearer token")).toHaveValue(text);
  await userEvent.click(screen.getByRole("button", { name: "Update API Key" }));
  await expect.element(screen.getByText("The key of Amazon Bedrock is saved")).toBeInTheDocument();
  expect(requests.map(({ path }) => path)).toEqual(["/api/providers/bedrock/key"]);
  await expect.element(field).toHaveValue("");
});

test("a key of another provider can still be tested here, and then asks", async () => {
  const { screen, submit } = await open();
  await submit("sk-ant-api03-abc");
  await userEvent.click(screen.getByRole("button", { name: "Test it with OpenAI" }));
  await expect.element(screen.getByText(/Couldn't verify with OpenAI/)).toBeInTheDocument();
  expect(requests).toEqual([]);
});

test("a question about one provider's key disappears when another provider is selected", async () => {
  keyTest = "fails";
  const { screen, submit } = await open();
  await submit("sk-unknown-form-1234");
  await expect.element(screen.getByText(/Couldn't verify with OpenAI/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Key of Anthropic" }));
  await userEvent.click(screen.getByRole("menuitem", { name: "Replace the key" }));
  await expect.element(screen.getByText(/Couldn't verify/)).not.toBeInTheDocument();
  expect(requests).toEqual([]);
});

test("a test that was running when a token is generated saves nothing", async () => {
  keyTest = "hangs";
  const { screen, field, submit } = await open();
  await userEvent.selectOptions(screen.getByLabelText("Provider", { exact: true }), "bedrock");
  await expect.element(screen.getByLabelText("Bearer token")).toBeInTheDocument();
  await submit("ABSKQmVkcm9ja0FQSUtleS0xMjM0");
  await userEvent.click(screen.getByRole("button", { name: /^Generate/ }));
  await expect.element(field).not.toHaveAttribute("readonly");
  await expect.element(screen.getByText(/Couldn't verify/)).not.toBeInTheDocument();
  expect(requests.filter(({ method }) => method === "PUT")).toEqual([]);
});

test("without a stored key the question is about saving, not replacing", async () => {
  for (const provider of list.providers) provider.key = { ...stored, status: "missing" };
  const { screen, submit } = await open();
  await submit("sk-proj-9f3cQ7xT");
  await expect.element(screen.getByText(/Save it anyway\?/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Save", exact: true }));
  await expect.element(screen.getByText("The key of OpenAI is saved")).toBeInTheDocument();
});

test("the note of success can roll its change back, and then disappears", async () => {
  keyTest = { outcome: "verified" };
  const { screen, submit } = await open();
  await submit("sk-proj-9f3cQ7xT");
  const note = screen.getByText("The key of OpenAI is saved");
  await expect.element(note).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Roll back" }));
  await expect.element(note).not.toBeInTheDocument();
  expect(requests.at(-1)).toMatchObject({
    path: "/api/providers/openai/key/rollback",
    body: { event_id: "event-1" },
  });
});

test("a line that wraps in the clipboard is pasted as one key", async () => {
  const { field } = await open();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", "# keys\nLOG=1\nOPENAI_API_KEY=sk-proj-one\nXAI_API_KEY=xai-two");
  const element = field.element() as HTMLInputElement; // The label belongs to an input.
  element.focus();
  element.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
  );
  await expect.element(field).toHaveValue("sk-proj-one");
});
