import { describe, expect, test } from "vitest";
import { isCapabilityRefusal, isForcedCallRefusal } from "@/lib/probes/rules/refusals";

const refused = (provider_message: string | null, provider_status: number | null = 400) => ({
  provider_message,
  provider_status,
});

/** Sentences as quoted in public issues of the providers' users, see lib/probes/rules/refusals.ts. */
const refusals = {
  tools: [
    "This model doesn't support tool use.",
    "tools is not supported in this model. For a list of supported models, refer to https://platform.openai.com/docs/guides/function-calling",
    "Unsupported parameter: 'tools' is not supported with this model.",
    "Function calling is not enabled for models/gemma-3-27b-it",
    "deepseek-reasoner does not support Function Calling",
    "Function tools with reasoning_effort are not supported for gpt-6 in /v1/chat/completions.",
  ],
  vision: [
    "Invalid content type. image_url is only supported by certain models.",
    "This model doesn't support the image field for user messages. Remove image and try again.",
    "Image input modality is not enabled for models/gemini-1.5-flash",
    "Failed to deserialize the JSON body into the target type: messages[0]: unknown variant `image_url`, expected `text` at line 1 column 128",
    "Failed to deserialize the JSON body into the target type: messages[0]: data did not match any variant of untagged enum ChatCompletionRequestContent at line 1 column 286017",
  ],
  streaming: [
    "Unsupported value: 'stream' does not support true with this model. Only the default (false) value is supported.",
    "This model doesn't support streaming.",
  ],
} as const;

const others = {
  tools: [
    "This model doesn't support tool use in streaming mode.",
    "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again",
    "deepseek-reasoner does not support this tool_choice",
    "Invalid schema for function 'report_number': 'int' is not supported.",
    "Unsupported value: 'temperature' does not support 0.2 with this model.",
  ],
  vision: [
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    "The image dimensions are not supported.",
    "Unsupported parameter: 'max_tokens' is not supported with this model.",
  ],
  streaming: [
    "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general",
    "Unsupported parameter: 'max_tokens' is not supported with this model.",
  ],
} as const;

describe.each(["tools", "vision", "streaming"] as const)("%s", (name) => {
  test.each(refusals[name])("is refused by %j", (message) => {
    expect(isCapabilityRefusal(name, refused(message))).toBe(true);
  });

  test.each(others[name])("is not refused by %j", (message) => {
    expect(isCapabilityRefusal(name, refused(message))).toBe(false);
  });

  test.each([401, 403, 408, 429, 500, 503])("is not refused under status %i", (status) => {
    expect(isCapabilityRefusal(name, refused(refusals[name][0], status))).toBe(false);
  });

  test("is not refused without a message", () => {
    expect(isCapabilityRefusal(name, refused(null))).toBe(false);
  });
});

test("a refused forced call is distinguished from refused tools", () => {
  expect(others.tools.map((message) => isForcedCallRefusal(refused(message)))).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(refusals.tools.some((message) => isForcedCallRefusal(refused(message)))).toBe(false);
});
