import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { converse, simulatorForTests, user } from "./simulator-clients";

const clients = simulatorForTests({ isMadeUp: (model) => model === "gpt-of-this-test" });
const { openai, anthropic, google, bedrock } = clients;

const chat = (provider: "openai" | "xai" | "deepseek", model: string) =>
  openai(provider).chat.completions.create({ model, messages: user("Hi") });
const message = (model: string) =>
  anthropic().messages.create({ model, max_tokens: 9, messages: user("Hi") });
const generate = (model: string) => google().models.generateContent({ model, contents: "Hi" });
const send = (model: string) => bedrock().send(new ConverseCommand(converse("Hi", model)));

describe("a retired model is refused in its provider's words", () => {
  test.each(["gpt-3.5-turbo", "gpt-4-turbo-preview", "o1-preview"])("OpenAI: %s", async (model) => {
    await expect(chat("openai", model)).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      message: `404 The model \`${model}\` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations`,
    });
  });

  test.each(["claude-3-5-sonnet-20241022", "claude-3-opus-latest"])(
    "Anthropic: %s",
    async (model) => {
      await expect(message(model)).rejects.toMatchObject({
        status: 404,
        error: { type: "error", error: { type: "not_found_error", message: `model: ${model}` } },
      });
    },
  );

  test.each(["gemini-2.0-flash-exp", "gemini-1.5-pro-002"])("Google: %s", async (model) => {
    await expect(generate(model)).rejects.toThrow(
      `"message":"This model models/${model} is no longer available. Please update your code to use a newer model for the latest features and improvements.","status":"NOT_FOUND"`,
    );
  });

  test.each([
    "anthropic.claude-3-haiku-20240307-v1:0",
    "eu.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "meta.llama3-1-405b-instruct-v1:0",
  ])("Bedrock: %s", async (model) => {
    await expect(send(model)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message:
        "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
      $metadata: { httpStatusCode: 404 },
    });
  });

  test("xAI: grok-2-1212", async () => {
    await expect(chat("xai", "grok-2-1212")).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining("The model grok-2-1212 does not exist or your team"),
    });
  });

  test("DeepSeek: deepseek-chat", async () => {
    await expect(chat("deepseek", "deepseek-chat")).rejects.toMatchObject({
      status: 400,
      message: "400 Model Not Exist",
    });
  });
});

describe("an id that its provider doesn't have is refused in the provider's words", () => {
  test("OpenAI", async () => {
    await expect(chat("openai", "gpt-9")).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      message: "404 The model `gpt-9` does not exist or you do not have access to it.",
    });
  });

  test("Anthropic", async () => {
    await expect(message("claude-9")).rejects.toMatchObject({
      status: 404,
      error: { error: { type: "not_found_error", message: "model: claude-9" } },
    });
  });

  test("Google", async () => {
    await expect(generate("gemini-9")).rejects.toThrow(
      /models\/gemini-9 is not found for API version v1beta.*NOT_FOUND/,
    );
  });

  test.each(["eu.amazon.nova-9-v1:0", "us-gov.anthropic.claude-9", "amazon.nova-9-v1:0"])(
    "Bedrock: %s",
    async (model) => {
      await expect(send(model)).rejects.toMatchObject({
        name: "ValidationException",
        message: "The provided model identifier is invalid.",
        $metadata: { httpStatusCode: 400 },
      });
    },
  );

  test("xAI and DeepSeek", async () => {
    await expect(chat("xai", "grok-9")).rejects.toMatchObject({ status: 404 });
    await expect(chat("deepseek", "deepseek-9")).rejects.toMatchObject({ status: 400 });
  });
});

describe("what belongs to the account answers", () => {
  test.each(["ft:gpt-4.1-mini-2025-04-14:sandbox::a1b2c3d4", "ft:gpt-4o:another::1"])(
    "the fine-tuned %s",
    async (model) => {
      expect((await chat("openai", model)).choices).toHaveLength(1);
    },
  );

  test.each(["provisioned-model", "application-inference-profile", "custom-model-deployment"])(
    "a %s of Bedrock",
    async (kind) => {
      const answer = await send(`arn:aws:bedrock:eu-west-1:123456789012:${kind}/abc123`);
      expect(answer.stopReason).toBe("end_turn");
    },
  );

  test("a model that the test made up", async () => {
    expect((await chat("openai", "gpt-of-this-test")).choices).toHaveLength(1);
    await expect(chat("openai", "gpt-of-another")).rejects.toMatchObject({ status: 404 });
  });
});

test("dated ids and aliases of a current model answer", async () => {
  expect((await message("claude-haiku-4-5")).content).toHaveLength(1);
  expect((await chat("openai", "gpt-4o-2024-11-20")).choices).toHaveLength(1);
});
