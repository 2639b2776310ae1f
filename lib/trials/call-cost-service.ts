import "server-only";
import type { Message } from "@/lib/completions/schema";
import { bytesPerToken, costOfTokens, type EstimatedCost } from "@/lib/costs/rules/call-estimate";
import { callerMaxTokens, callerRequest } from "@/lib/runtime/rules/caller-request";
import { payloadOf, type Template } from "./template-service";

/** Tokens of an image. Providers differ; none counts more for the largest accepted image. */
const imageTokens = { expected: 800, max: 3_000 };
/** Tokens of an answer whose length is unknown. */
const expectedOutput = 300;
/** Tokens of the longest answer if neither the caller nor the model's row limits it. */
const unlimitedOutput = 128_000;

/** The usual and the maximum cost of one call. Sends nothing. */
export function callCost(
  template: Template,
  messages: Message[],
  recordedOutput: number | null,
): EstimatedCost {
  if (template.broken !== null) return { expected: 0, max: 0 };
  const payload = payloadOf(template, messages);
  const { body_text } = callerRequest(payload, template.line.request);
  const images = messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter((part) => part.type === "image"),
  );
  const imageBytes = images.reduce((sum, { data }) => sum + data.length, 0);
  const bytes = Math.max(0, Buffer.byteLength(body_text) - imageBytes);
  const { model } = template;
  const limits = [
    callerMaxTokens(payload, template.line.request),
    // A model answers within its own limit, and within its context window.
    model?.max_output_tokens || model?.max_tokens,
  ];
  const maxOutput = Math.min(...limits.flatMap((limit) => limit || []), unlimitedOutput);
  return costOfTokens(model, {
    expected: {
      input: Math.ceil(bytes / bytesPerToken.expected) + images.length * imageTokens.expected,
      output: Math.min(recordedOutput ?? expectedOutput, maxOutput),
    },
    max: {
      input: Math.ceil(bytes / bytesPerToken.min) + images.length * imageTokens.max,
      output: maxOutput,
    },
  });
}
