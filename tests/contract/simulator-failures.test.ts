import Anthropic from "@anthropic-ai/sdk";
import { ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { ApiError } from "@google/genai";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { type ProviderId, simulatedProviders } from "../../scripts/simulator/protocol";
import type { CloseInfo } from "../../scripts/simulator/server";
import { converse, converseEvents, nothing, simulatorForTests, user } from "./simulator-clients";

let onRequest: (() => void) | undefined;
let onClose: ((info: CloseInfo) => void) | undefined;

const clients = simulatorForTests({
  onRequest: () => onRequest?.(),
  onClose: (info) => onClose?.(info),
});
const { openai, anthropic, google, bedrock } = clients;

/** A call to each provider, which rejects with its SDK's error. */
const calls: Record<ProviderId, (key: string, text: string) => Promise<unknown>> = {
  openai: (key, text) =>
    openai("openai", key).chat.completions.create({ model: "gpt-4o", messages: user(text) }),
  xai: (key, text) =>
    openai("xai", key).chat.completions.create({ model: "grok-4.5", messages: user(text) }),
  deepseek: (key, text) =>
    openai("deepseek", key).chat.completions.create({
      model: "deepseek-flash",
      messages: user(text),
    }),
  anthropic: (key, text) =>
    anthropic(key).messages.create({
      model: "claude-sonnet-4-6",
      max_tokens: 100,
      messages: user(text),
    }),
  google: (key, text) =>
    google(key).models.generateContent({ model: "gemini-3.5-flash", contents: text }),
  bedrock: (key, text) => bedrock(key).send(new ConverseCommand(converse(text))),
};

function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiError || error instanceof OpenAI.APIError) return error.status;
  if (error instanceof Anthropic.APIError) return error.status;
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

describe("failures on demand", () => {
  const statusTable: Record<string, Record<ProviderId, number>> = {
    bad_key: { openai: 401, anthropic: 401, google: 400, bedrock: 403, xai: 400, deepseek: 401 },
    no_access: { openai: 403, anthropic: 403, google: 403, bedrock: 403, xai: 403, deepseek: 401 },
    unknown_model: {
      openai: 404,
      anthropic: 404,
      google: 404,
      bedrock: 400,
      xai: 404,
      deepseek: 400,
    },
    quota_exhausted: {
      openai: 429,
      anthropic: 400,
      google: 429,
      bedrock: 429,
      xai: 429,
      deepseek: 402,
    },
    rate_limited: {
      openai: 429,
      anthropic: 429,
      google: 429,
      bedrock: 429,
      xai: 429,
      deepseek: 429,
    },
    context_too_long: {
      openai: 400,
      anthropic: 400,
      google: 400,
      bedrock: 400,
      xai: 400,
      deepseek: 400,
    },
    bad_request: {
      openai: 400,
      anthropic: 400,
      google: 400,
      bedrock: 400,
      xai: 400,
      deepseek: 400,
    },
    overloaded: { openai: 503, anthropic: 529, google: 503, bedrock: 503, xai: 503, deepseek: 503 },
    provider_error: {
      openai: 500,
      anthropic: 500,
      google: 500,
      bedrock: 500,
      xai: 500,
      deepseek: 500,
    },
    html: { openai: 502, anthropic: 502, google: 502, bedrock: 502, xai: 502, deepseek: 502 },
  };

  const cases = Object.entries(statusTable).flatMap(([code, statuses]) =>
    simulatedProviders.map((provider) => [code, provider, statuses[provider]] as const),
  );

  test.each(cases)("%s at %s is a %i, by key and by prompt", async (code, provider, status) => {
    const byKey = await calls[provider](`sandbox-fail-${code}-1`, "Hi").catch(statusOf);
    const byPrompt = await calls[provider]("sandbox-test", `Hi [[fail:${code}]]`).catch(statusOf);
    expect([byKey, byPrompt]).toEqual([status, status]);
  });

  test.each(simulatedProviders)("a sandbox-wrong key is a bad key at %s", async (provider) => {
    const status = await calls[provider]("sandbox-wrong-1", "Hi").catch(statusOf);
    expect(status).toBe(statusTable.bad_key?.[provider]);
  });

  test.each(simulatedProviders)("a broken connection to %s rejects", async (provider) => {
    await expect(calls[provider]("sandbox-fail-break_midstream", "Hi")).rejects.toThrow();
  });

  test("a bad key cannot list models; an exhausted one can", async () => {
    await expect(openai("openai", "sandbox-wrong").models.list()).rejects.toMatchObject({
      status: 401,
    });
    const models = await openai("openai", "sandbox-fail-quota_exhausted").models.list();
    expect(models.data.length).toBeGreaterThan(0);
  });

  test("a rate limit has a Retry-After header", async () => {
    const call = openai("openai", "sandbox-fail-rate_limited");
    const request = { model: "gpt-4o", messages: user("Hi") };
    const error = await call.chat.completions.create(request).catch((cause) => cause);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error.headers.get("retry-after")).toBe("20");
  });

  test("an error body can have status 200", async () => {
    const response = await fetch(`${clients.simulator.baseUrls.openai}/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer sandbox-fail-error_200" },
      body: JSON.stringify({ model: "gpt-4o", messages: user("Hi") }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error: { type: "server_error" } });
  });

  test("a broken stream rejects after its first chunks", async () => {
    const prompt = "Hi [[fail:break_midstream]]";
    const seen: unknown[] = [];
    const reading = async (stream: AsyncIterable<unknown> = nothing()) => {
      for await (const chunk of stream) seen.push(chunk);
    };
    const chat = openai("openai").chat.completions;
    const request = { model: "gpt-4o", messages: user(prompt), stream: true as const };
    await expect(chat.create(request).then(reading)).rejects.toThrow();
    const command = new ConverseStreamCommand(converse(prompt));
    const answer = await bedrock().send(command);
    await expect(reading(answer.stream)).rejects.toThrow();
    expect(seen.length).toBeGreaterThan(10);
  });

  test("a stream can end in an error", async () => {
    const prompt = "Hi [[fail:error_midstream]]";
    const message = { model: "claude-sonnet-4-6", max_tokens: 100, messages: user(prompt) };
    const final = anthropic().messages.stream(message).finalMessage();
    await expect(final).rejects.toMatchObject({ type: "overloaded_error" });
    await expect(converseEvents(bedrock(), prompt)).rejects.toMatchObject({
      name: "ModelStreamErrorException",
    });
  });

  test.each(["hang", "hang_midstream"])("%s lasts until the client aborts", async (code) => {
    const abort = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      onRequest = resolve;
    });
    const ended = new Promise<CloseInfo>((resolve) => {
      onClose = resolve;
    });
    const response = fetch(`${clients.simulator.baseUrls.anthropic}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": `sandbox-fail-${code}` },
      body: JSON.stringify({
        model: "claude-sonnet-4-6",
        max_tokens: 9,
        stream: true,
        messages: user("Hi"),
      }),
      signal: abort.signal,
    });
    await arrived;
    if (code === "hang_midstream") await (await response).body?.getReader().read();
    abort.abort();
    await response.catch(() => undefined);
    expect(await ended).toMatchObject({ finished: false, handledBy: "simulator" });
  });
});
