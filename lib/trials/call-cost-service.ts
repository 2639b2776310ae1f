import "server-only";
import type { Message } from "@/lib/completions/schema";
import type { PricedRow } from "@/lib/costs/call-cost-service";
import { type CallPrices, pricesOfCall } from "@/lib/costs/rules/call-prices";
import { costOf } from "@/lib/costs/rules/cost";
import { callerRequest } from "@/lib/runtime/rules/caller-request";
import { payloadOf, type Template } from "./template-service";

/** USD; null without a price. */
export type CallCost = { expected: number | null; max: number | null };

/** Bytes of a request for one token: usual ones, and the fewest that are assumed. */
const bytesPerToken = { expected: 4, min: 2 };
/** Tokens of an image. Providers differ; none takes more for the largest that is accepted. */
const imageTokens = { expected: 800, max: 3_000 };
/** Tokens of an answer that nothing is known of. */
const expectedOutput = 300;
/** What the caller lets a model answer if the machine doesn't say. */
const defaultMaxOutput = 4_096;

/** What one call costs usually, and at most. Nothing is sent. */
export function callCost(
  template: Template,
  messages: Message[],
  recordedOutput: number | null,
): CallCost {
  if (template.broken !== null) return { expected: 0, max: 0 };
  const payload = payloadOf(template, messages);
  const { body_text } = callerRequest(payload, template.line.request);
  const images = messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter((part) => part.type === "image"),
  );
  const imageBytes = images.reduce((sum, { data }) => sum + data.length, 0);
  const bytes = Math.max(0, Buffer.byteLength(body_text) - imageBytes);
  const maxOutput = payload.max_tokens ?? defaultMaxOutput;
  return costOfTokens(template.model, {
    expected: {
      input: Math.ceil(bytes / bytesPerToken.expected) + images.length * imageTokens.expected,
      output: Math.min(recordedOutput ?? expectedOutput, maxOutput),
    },
    max: {
      input: Math.ceil(bytes / bytesPerToken.min) + images.length * imageTokens.max,
      output: Math.min(maxOutput, template.model?.max_output_tokens || maxOutput),
    },
  });
}

type Tokens = { input: number; output: number };

/** Texts of these lengths, answered in at most so many tokens. */
export function textCost(
  model: PricedRow | null,
  bytes: number,
  output: { expected: number; max: number },
): CallCost {
  return costOfTokens(model, {
    expected: { input: Math.ceil(bytes / bytesPerToken.expected), output: output.expected },
    max: { input: Math.ceil(bytes / bytesPerToken.min), output: output.max },
  });
}

function costOfTokens(
  model: PricedRow | null,
  { expected, max }: { expected: Tokens; max: Tokens },
): CallCost {
  const cost = ({ input: input_tokens, output: output_tokens }: Tokens, at: Date | null) => {
    if (!model) return null;
    const prices = pricesOfCall(model, model.listed, { input_tokens, at });
    return costOf({ input_tokens, output_tokens }, dearest(prices));
  };
  // A trial may run into hours that cost more.
  return { expected: cost(expected, new Date()), max: cost(max, null) };
}

/** Input that is written to a cache may cost more than other input. */
function dearest({ input_price, output_price, cache_write_price }: CallPrices) {
  const input = input_price === null ? null : Math.max(input_price, cache_write_price ?? 0);
  return {
    input_price: input,
    output_price,
    cache_read_price: null,
    cache_write_price: null,
  };
}
