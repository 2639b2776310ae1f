import Anthropic from "@anthropic-ai/sdk";
import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import OpenAI from "openai";
import { afterAll, beforeAll } from "vitest";
import type { ProviderId } from "../../scripts/simulator/protocol";
import { type Simulator, startSimulator } from "../../scripts/simulator/server";

export const nova = "eu.amazon.nova-lite-v1:0";
export const closedPort = "http://127.0.0.1:9";
export const weatherSchema = {
  type: "object" as const,
  properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "kelvin"] } },
  required: ["city", "unit"],
};
/** The simulator's arguments for weatherSchema and the prompt "Weather in Bern?". */
export const weatherArguments = { city: "Weather in Bern?", unit: "celsius" };

type Options = Omit<Parameters<typeof startSimulator>[0], "port" | "upstreams">;

/** A simulator without delays for the tests of one file, and every provider's own SDK. */
export function simulatorForTests(options: Options = {}) {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({
      port: 0,
      pace: 0,
      upstreams: upstreams(closedPort),
      ...options,
    });
  });
  afterAll(() => simulator.stop());
  return {
    get simulator() {
      return simulator;
    },
    openai: (provider: "openai" | "xai" | "deepseek", apiKey = "sandbox-test") =>
      new OpenAI({ apiKey, baseURL: simulator.baseUrls[provider], maxRetries: 0 }),
    anthropic: (apiKey = "sandbox-test") =>
      new Anthropic({ apiKey, baseURL: simulator.baseUrls.anthropic, maxRetries: 0 }),
    google: (apiKey = "sandbox-test") =>
      new GoogleGenAI({ apiKey, httpOptions: { baseUrl: simulator.baseUrls.google } }),
    bedrock: (token = "sandbox-test") =>
      new BedrockRuntimeClient({
        region: "eu-west-1",
        endpoint: simulator.baseUrls.bedrock,
        token: { token },
        authSchemePreference: ["httpBearerAuth"],
        requestHandler: new NodeHttpHandler(),
        maxAttempts: 1,
      }),
  };
}

export function upstreams(url: string): Record<ProviderId, string> {
  return { openai: url, anthropic: url, google: url, bedrock: url, xai: url, deepseek: url };
}

export function user(content: string) {
  return [{ role: "user" as const, content }];
}

export function converse(text: string, modelId = nova) {
  return { modelId, messages: [{ role: "user" as const, content: [{ text }] }] };
}

export async function collect<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items ?? nothing<T>()) all.push(item);
  return all;
}

export async function* nothing<T>(): AsyncIterable<T> {}

/** The events of a Bedrock stream that answers `text`. */
export async function converseEvents(
  client: BedrockRuntimeClient,
  text: string,
): Promise<ConverseStreamOutput[]> {
  const answer = await client.send(new ConverseStreamCommand(converse(text)));
  return collect(answer.stream);
}
