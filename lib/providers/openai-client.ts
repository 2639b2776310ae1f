import "server-only";
import type { OpenAI } from "openai";
import type { Transport } from "./provider";
import { PLACEHOLDER_KEY, sdkTimeout } from "./wire";

/** OpenAI's SDK on our wire, with nothing of the environment in it. */
export async function openaiClient(wire: Transport): Promise<OpenAI> {
  const sdk = await import("openai");
  return new sdk.OpenAI({
    apiKey: PLACEHOLDER_KEY,
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
