import { afterEach, expect, test, vi } from "vitest";
import { FailureNote, RefusalNote } from "@/components/completions/failure-note";
import { ApiError, NetworkError } from "@/lib/api/client";
import type { CompletionFailure, CompletionRequest } from "@/lib/completions/schema";
import type { AvailableModels, BedrockCatalog } from "@/lib/discovery/schema";
import { type CompletionCode, completionCodes } from "@/lib/providers/rules/codes";
import { expectAccessible, show } from "../render";

const request: CompletionRequest = {
  provider: "openai",
  model_id: "gpt-4o",
  prompt: "Hi",
  stream: true,
  max_tokens: 1000,
  temperature: 0.5,
};

type Shown = { provider?: string; model_id?: string; more?: Partial<CompletionFailure> };

async function showFailure(code: CompletionCode, { provider = "openai", model_id, more }: Shown) {
  const failure = {
    code,
    cause: `The cause of ${code}.`,
    fix: `The way out of ${code}.`,
    provider_status: 400,
    provider_message: "Unsupported value: 'temperature'",
    ...more,
  };
  const handlers = {
    again: vi.fn(),
    editPrompt: vi.fn(),
    chooseModel: vi.fn(),
    useModel: vi.fn(),
  };
  const requested = { ...request, provider, model_id: model_id ?? request.model_id };
  const screen = await show(
    <FailureNote failure={failure} provider={provider} request={requested} handlers={handlers} />,
  );
  const alert = screen.getByRole("alert");
  return { alert, handlers, button: (name: string) => alert.getByRole("button", { name }) };
}

afterEach(() => vi.unstubAllGlobals());

test.each(completionCodes)("%s is shown with its cause, fix and code", async (code) => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const { alert } = await showFailure(code, { more: { help: "limits" } });
  await expect.element(alert).toHaveTextContent(`The cause of ${code}.`);
  await expect.element(alert).toHaveTextContent(`The way out of ${code}.`);
  await expect.element(alert).toHaveTextContent(`Code ${code}`);
  await expect.element(alert).toHaveTextContent("OpenAI said (status 400):");
  await expectAccessible();
});

test.each([
  ["bad_key", "openai"],
  ["key_missing", "deepseek"],
  ["key_expired", "google"],
] as const)("%s leads to the key field of %s", async (code, provider) => {
  const { alert } = await showFailure(code, { provider });
  const link = alert.getByRole("link", { name: "Update API Key" });
  const href = `/models?key_provider=${provider}#api-keys`;
  await expect.element(link).toHaveAttribute("href", href);
});

test.each([
  [
    "no_access",
    "anthropic",
    "models",
    "Anthropic's page for models",
    "https://docs.anthropic.com/",
  ],
  [
    "quota_exhausted",
    "openai",
    "limits",
    "OpenAI's page for limits",
    "https://platform.openai.com/",
  ],
] as const)("%s leads to a page of %s", async (code, provider, help, name, address) => {
  const { alert } = await showFailure(code, { provider, more: { help } });
  const link = alert.getByRole("link", { name });
  await expect.element(link).toHaveAttribute("href", expect.stringContaining(address));
  await expect.element(link).toHaveAttribute("target", "_blank");
});

test.each(["rate_limited", "overloaded", "timeout", "unreachable", "provider_error"] as const)(
  "%s can be run again as it was",
  async (code) => {
    const { button, handlers } = await showFailure(code, {});
    await button("Run again").click();
    expect(handlers.again).toHaveBeenCalledExactlyOnceWith({}, undefined);
  },
);

test("the provider's time to wait is counted down", async () => {
  const failure = {
    code: "rate_limited",
    cause: "Too many requests.",
    fix: "Wait 2 s.",
    provider_status: 429,
    provider_message: null,
    retry_after: 2,
  } as const;
  const handlers = { again: vi.fn(), editPrompt: vi.fn() };
  const screen = await show(
    <FailureNote
      failure={failure}
      retryAt={Date.now() + 2000}
      provider="openai"
      request={request}
      handlers={handlers}
    />,
  );
  const timer = screen.getByRole("timer");
  await expect.element(timer).toHaveTextContent(/^OpenAI asks you to wait [12] s\.$/);
  await expect.element(screen.getByRole("alert")).not.toHaveTextContent("asks you to wait");
  await expectAccessible();
  await expect.element(timer, { timeout: 5000 }).toHaveTextContent("You can try again now.");
});

test("a context that is too long offers half the tokens", async () => {
  const { button, handlers } = await showFailure("context_too_long", {});
  await button("Run with max tokens 500").click();
  expect(handlers.again).toHaveBeenCalledExactlyOnceWith({ max_tokens: 500 }, "max tokens 500");
});

test("a refused setting is left out of the repeated run", async () => {
  const { button, handlers } = await showFailure("bad_request", {});
  await button("Run without temperature").click();
  const change = { temperature: undefined };
  expect(handlers.again).toHaveBeenCalledExactlyOnceWith(change, "without temperature");
});

test("a filtered answer leads back to the prompt", async () => {
  const { button, handlers } = await showFailure("content_filtered", {});
  await button("Edit the prompt").click();
  expect(handlers.editPrompt).toHaveBeenCalledOnce();
});

test("an unknown model is replaced by another", async () => {
  const { button, handlers } = await showFailure("unknown_model", {});
  await button("Choose another model").click();
  expect(handlers.chooseModel).toHaveBeenCalledOnce();
});

test.each([
  ["needs_inference_profile", "amazon.nova-pro-v1:0"],
  ["wrong_region", "us.amazon.nova-pro-v1:0"],
] as const)("%s offers the profile of the region", async (code, model_id) => {
  const bedrock: BedrockCatalog = {
    region: "eu-west-1",
    as_of: "2026-11-22T10:00:00Z",
    bases: [
      {
        model_id: "amazon.nova-pro-v1:0",
        display_name: "Nova Pro",
        runs: "profile",
        writes_text: true,
        supports_vision: true,
        lifecycle: "active",
      },
    ],
    profiles: [
      {
        model_id: "eu.amazon.nova-pro-v1:0",
        display_name: "EU Nova Pro",
        kind: "system",
        bases: ["amazon.nova-pro-v1:0"],
        regions: 4,
        created_at: null,
      },
    ],
  };
  const list: AvailableModels = {
    provider: "bedrock",
    as_of: bedrock.as_of,
    models: [],
    gone: [],
    bedrock,
  };
  vi.stubGlobal("fetch", async () => Response.json(list));
  const { button, handlers } = await showFailure(code, { provider: "bedrock", model_id });
  await button("Use eu.amazon.nova-pro-v1:0").click();
  expect(handlers.useModel).toHaveBeenCalledExactlyOnceWith("eu.amazon.nova-pro-v1:0");
});

test("a refusal of the console can be repeated only if that may help", async () => {
  const again = vi.fn();
  const problem = { type: "about:blank", title: "Invalid input", code: "invalid" } as const;
  const refusal = new ApiError({
    ...problem,
    status: 422,
    detail: "No prompt.",
    request_id: "r-1",
  });
  const screen = await show(<RefusalNote error={refusal} onAgain={again} />);
  await expect.element(screen.getByRole("alert")).toHaveTextContent("No prompt.");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("Request r-1");
  expect(screen.getByRole("button").elements()).toEqual([]);

  const lost = await show(<RefusalNote error={new NetworkError(null)} onAgain={again} />);
  await lost.getByRole("button", { name: "Run again" }).click();
  expect(again).toHaveBeenCalledOnce();
});
