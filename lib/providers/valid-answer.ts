import "server-only";
import { answerLimits } from "./answer-limits";
import { type AnswerPart, TransportError } from "./provider";
import type { ListedModel } from "./schema";

// SDKs have types for what a provider documents, but don't validate what it sends.

/** @throws TransportError `malformed` for a part that doesn't match its type */
export function assertValidPart(part: AnswerPart): void {
  if (!isValidPart(part)) throw new TransportError({ kind: "malformed" });
}

function isValidPart(part: AnswerPart): boolean {
  switch (part.type) {
    case "delta":
      return typeof part.text === "string";
    case "tool_call": {
      const { id, name, arguments: args } = part.call;
      return typeof id === "string" && typeof name === "string" && !isTooDeep(args);
    }
    case "end":
      return (
        typeof part.stop_reason === "string" &&
        Object.values(part.usage).every((count) => count === null || isCount(count))
      );
  }
}

/** Members that a provider leaves out are undefined. */
const isCount = (value: unknown) => value === undefined || Number.isFinite(value);

/** Code that recurses into a deeper value could overflow the stack. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > answerLimits.jsonDepth) return true;
    level = level.flatMap((entry) =>
      typeof entry === "object" && entry !== null ? Object.values(entry) : [],
    );
  }
  return false;
}

/**
 * The entries that have an ID. Other members of the wrong type count as unknown.
 * @throws TransportError `malformed` if there are entries but none has an ID
 */
export function toValidModels(models: readonly ListedModel[]): ListedModel[] {
  const valid = models.filter(({ model_id }) => typeof model_id === "string" && model_id !== "");
  if (models.length > 0 && valid.length === 0) throw new TransportError({ kind: "malformed" });
  return valid.map((model) => ({
    ...model,
    display_name: orNull(model.display_name, "string"),
    max_tokens: orNull(model.max_tokens, "number"),
    max_output_tokens: orNull(model.max_output_tokens, "number"),
    supports_tools: orNull(model.supports_tools, "boolean"),
    supports_vision: orNull(model.supports_vision, "boolean"),
    created_at: orNull(model.created_at, "string"),
  }));
}

function orNull<T>(value: T | null, type: "string" | "number" | "boolean"): T | null {
  return typeof value === type ? value : null;
}
