import { ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import {
  collect,
  converse,
  converseEvents,
  simulatorForTests,
  weatherArguments,
  weatherSchema,
} from "./simulator-clients";

const { bedrock } = simulatorForTests();

describe("Bedrock", () => {
  test("Converse and ConverseStream return the same text and usage", async () => {
    const whole = await bedrock().send(new ConverseCommand(converse("Name a river")));
    const stream = await converseEvents(bedrock(), "Name a river");
    const text = stream.map((event) => event.contentBlockDelta?.delta?.text ?? "").join("");
    expect(whole.output?.message?.content).toEqual([{ text }]);
    expect(stream.at(-1)?.metadata?.usage).toEqual(whole.usage);
    expect(stream.find((event) => event.messageStop)?.messageStop?.stopReason).toBe("end_turn");
  });

  test("a forced tool is called, streamed or not", async () => {
    const toolSpec = { name: "weather", inputSchema: { json: weatherSchema } };
    const toolConfig = { tools: [{ toolSpec }], toolChoice: { tool: { name: "weather" } } };
    const request = { ...converse("Weather in Bern?"), toolConfig };
    const whole = await bedrock().send(new ConverseCommand(request));
    const answer = await bedrock().send(new ConverseStreamCommand(request));
    const pieces = (await collect(answer.stream)).map(
      (event) => event.contentBlockDelta?.delta?.toolUse?.input ?? "",
    );
    expect(whole.stopReason).toBe("tool_use");
    expect(whole.output?.message?.content?.[0]?.toolUse).toMatchObject({ input: weatherArguments });
    expect(JSON.parse(pieces.join(""))).toEqual(weatherArguments);
  });

  test.each([
    ["amazon.nova-lite-v1:0", /on-demand throughput isn’t supported/],
    ["anthropic.claude-sonnet-4-20250514-v1:0", /on-demand throughput isn’t supported/],
    ["us.amazon.nova-lite-v1:0", /^The provided model identifier is invalid\.$/],
    ["sonnet", /^The provided model identifier is invalid\.$/],
    ["amazon.unknown-v1:0", /^The provided model identifier is invalid\.$/],
    ["arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1", /invalid/],
  ])("%s is rejected in eu-west-1", async (modelId, message) => {
    const call = bedrock().send(new ConverseCommand(converse("Hi", modelId)));
    await expect(call).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(message),
    });
  });

  test.each([
    "global.anthropic.claude-sonnet-4-20250514-v1:0",
    "mistral.mistral-large-2402-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3",
  ])("%s can be called in eu-west-1", async (modelId) => {
    const answer = await bedrock().send(new ConverseCommand(converse("Hi", modelId)));
    expect(answer.stopReason).toBe("end_turn");
  });

  test("an expired token is rejected with AWS's error", async () => {
    const call = bedrock("sandbox-fail-key_expired").send(new ConverseCommand(converse("Hi")));
    await expect(call).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: "Bearer Token has expired",
      $metadata: { httpStatusCode: 403 },
    });
  });
});
