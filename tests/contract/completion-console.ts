import { expect } from "vitest";
import type { Variables } from "../support/launched";
import { loadProviderSdks } from "../support/provider-sdks";
import { isUnique, type Json } from "./console";
import { expectDeclaredEvent } from "./declared";
import { keyNames } from "./key-console";
import { startAgainst, startConsole } from "./running-console";
import { startUpstream } from "./upstream";

export type CompletionEvent = { event: string; data: Json };

function eventsOf(text: string): CompletionEvent[] {
  const blocks = text.split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [event = "", data = ""] = block.split("\n");
    return { event: event.replace("event: ", ""), data: JSON.parse(data.replace("data: ", "")) };
  });
}

/** The console with the simulator, behind which stands an upstream of the test's own. */
export async function startCompletionConsole() {
  await loadProviderSdks();
  const upstream = await startUpstream();
  const app = await startConsole({
    isMadeUp: isUnique,
    env: {
      OPENAI_BASE_URL: `${upstream.url}/openai/v1`,
      ANTHROPIC_BASE_URL: `${upstream.url}/anthropic`,
      GOOGLE_GEMINI_BASE_URL: `${upstream.url}/google`,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `${upstream.url}/bedrock`,
      XAI_BASE_URL: `${upstream.url}/xai/v1`,
      DEEPSEEK_BASE_URL: `${upstream.url}/deepseek`,
      // Longer than a test: a call ends because it is answered or stopped.
      COMPLETION_TIMEOUT_MS: "600000",
    },
  });
  const sandboxSecret = await app.aws.secretText();
  const nameOf = (provider: string) =>
    Object.entries(keyNames).find(([id]) => id === provider)?.[1] ?? "";

  return {
    ...app,
    upstream,
    /** Asks, and answers all events. */
    stream: async (body: Json, by = app.admin): Promise<CompletionEvent[]> => {
      const response = await by.raw("POST", "/api/completions", body);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
      const events = eventsOf(await response.text());
      for (const event of events) expectDeclaredEvent("createCompletion", event);
      return events;
    },
    whole: (body: Json) => app.admin.post("/api/completions", { stream: false, ...body }),
    /** Another key for one provider, put by somebody else; undefined takes it away. */
    setKey: (provider: string, value: string | undefined) =>
      app.aws.putSecret(
        JSON.stringify({ ...JSON.parse(sandboxSecret), [nameOf(provider)]: value }),
      ),
    keyStatus: async (provider: string) => {
      const { body } = await app.viewer.get("/api/providers");
      const providers = body.providers as { id: string; key: Json }[]; // By docs/contract.md.
      return providers.find(({ id }) => id === provider)?.key.status;
    },
    /** The sandbox keys, and an upstream that answers. */
    reset: async () => {
      await app.aws.putSecret(sandboxSecret);
      upstream.behaviour.answer = "whole";
    },
    stop: async () => {
      await app.stop();
      upstream.stop();
    },
  };
}

/** A copy of this console on an AWS endpoint. */
export function startCopy(awsUrl: string, more: Variables) {
  // The simulator's addresses, which the console put into the environment.
  const baseUrls = Object.entries(process.env).filter(([name]) =>
    /_BASE_URL$|^AWS_ENDPOINT_URL_BEDROCK_RUNTIME$/.test(name),
  );
  return startAgainst(awsUrl, { ...Object.fromEntries(baseUrls), ...more });
}

/** One that waits a second for a provider. */
export const startImpatientCopy = ({ awsUrl }: { awsUrl: string }) =>
  startCopy(awsUrl, { COMPLETION_TIMEOUT_MS: "1000" });

export type CompletionConsole = Awaited<ReturnType<typeof startCompletionConsole>>;
