import "server-only";
import type { OpenAI } from "openai";
import type { Wire } from "./provider";
import { KEY_STAYS_HERE, sdkTimeout } from "./wire";

/** OpenAI's SDK on our wire, with nothing of the environment in it. */
export async function openaiClient(wire: Wire): Promise<OpenAI> {
  const sdk = await import("openai");
  return new sdk.OpenAI({
    apiKey: KEY_STAYS_HERE,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: wire.baseUrl,
    maxRetries: 0,
    timeout: sdkTimeout(wire),
    logLevel: "off",
    fetch: wire.fetch,
  });
}
