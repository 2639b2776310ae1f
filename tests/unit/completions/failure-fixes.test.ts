import { expect, test } from "vitest";
import { type Fix, fixesFor } from "@/components/completions/failure-fixes";
import type { CompletionFailure, CompletionRequest } from "@/lib/completions/schema";
import { type CompletionCode, completionCodes } from "@/lib/providers/rules/codes";

const request: CompletionRequest = {
  provider: "openai",
  model_id: "gpt-4o",
  prompt: "Hi",
  stream: true,
};

function failure(code: CompletionCode, more: Partial<CompletionFailure> = {}): CompletionFailure {
  return { code, cause: "c", fix: "f", provider_status: null, provider_message: null, ...more };
}

const labels = (fixes: Fix[]) => fixes.map((fix) => ("label" in fix ? fix.label : fix.kind));

test.each(completionCodes)("%s has a fix", (code) => {
  expect(fixesFor(failure(code, { help: "limits" }), "openai", request)).not.toEqual([]);
});

test("only temporary failures are repeated unchanged", () => {
  const again = completionCodes.filter((code) =>
    labels(fixesFor(failure(code), "openai", request)).includes("Run again"),
  );
  expect(again).toEqual(["rate_limited", "overloaded", "timeout", "unreachable", "provider_error"]);
});

test.each(["bad_key", "key_missing", "key_expired"] as const)(
  "%s leads to the key field of that provider, aliases included",
  (code) => {
    const [fix] = fixesFor(failure(code), "amazon", request);
    expect(fix).toEqual({
      kind: "key",
      label: "Update API Key",
      href: "/models?key_provider=bedrock#api-keys",
    });
  },
);

test("a token of another region leads to the key, a model of another region to its profile", () => {
  const wrong = (help: "keys" | "models") =>
    fixesFor(failure("wrong_region", { help }), "bedrock", request)[0]?.kind;
  expect(wrong("keys")).toBe("key");
  expect(wrong("models")).toBe("profile");
  expect(fixesFor(failure("wrong_region"), "openai", request)[0]?.kind).toBe("choose");
});

test("a context that is too long offers half the max tokens, if they were set", () => {
  const fixes = fixesFor(failure("context_too_long"), "openai", { ...request, max_tokens: 2001 });
  expect(fixes[0]).toMatchObject({
    label: "Run with max tokens 1,000",
    change: { max_tokens: 1000 },
  });
  expect(labels(fixesFor(failure("context_too_long"), "openai", request))[0]).toBe(
    "Edit the prompt",
  );
});

test("too few max tokens offer more of them, never fewer", () => {
  const provider_message =
    "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.";
  const refused = failure("bad_request", { provider_message });
  const [first] = fixesFor(refused, "openai", { ...request, max_tokens: 100 });
  expect(first).toMatchObject({ label: "Run with max tokens 4,096", change: { max_tokens: 4096 } });
});

test("a refused request leaves out the setting that the provider names", () => {
  const full = { ...request, temperature: 0.5, system: "Be brief.", max_tokens: 10, tools: [] };
  const said = (provider_message: string) =>
    fixesFor(failure("bad_request", { provider_message }), "openai", full);
  const [fix] = said("Unsupported value: 'temperature' does not support this value");
  expect(fix).toMatchObject({
    label: "Run without temperature",
    change: { temperature: undefined },
  });
  expect(labels(said("max_tokens is too large"))).toEqual([
    "Run without max tokens",
    "Edit the prompt",
  ]);
  expect(labels(said("No."))).toEqual([
    "Run without temperature",
    "Run without max tokens",
    "Run without tools",
    "Run without the system prompt",
    "Edit the prompt",
  ]);
});

test("the provider's page comes last, or first if it is the fix", () => {
  const page = "OpenAI's page for limits";
  expect(labels(fixesFor(failure("rate_limited", { help: "limits" }), "openai", request))).toEqual([
    "Run again",
    "Choose another model",
    page,
  ]);
  const quota = fixesFor(failure("quota_exhausted", { help: "limits" }), "openai", request);
  expect(labels(quota)).toEqual([page, "Choose another model"]);
});
