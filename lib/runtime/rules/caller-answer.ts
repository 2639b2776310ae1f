import type { CallerBlock, CallerMessage, Transformer } from "@/lib/runtime/schema";

type Call = { id: string; name: string; input: unknown };

/** The tokens that a run's metrics count. */
export type CountedTokens = { input_tokens: number; output_tokens: number };

/** An answer as the caller passes it to the state machine. */
export type UnderstoodAnswer = {
  understood: true;
  /** The message as it is sent back in the next turn, without `tool_calls`. */
  message: CallerMessage & { content: CallerBlock[] };
  text: string;
  calls: Call[];
  /** Null without usage; then the state that writes the metrics fails. */
  counted: CountedTokens | null;
  stop_reason: string | null;
};

export type CallerAnswer = UnderstoodAnswer | { understood: false; errorMessage: string };

type Reading = Omit<UnderstoodAnswer, "understood" | "message" | "text"> & {
  content: CallerBlock[];
};

const readers: Record<Transformer, (answer: unknown) => Reading> = {
  openai_v1: readOpenai,
  anthropic_v1: readAnthropic,
  gemini_v1: readGemini,
  bedrock_v1: readBedrock,
};

/**
 * Reads a provider's answer by the caller's rules, which are in part more lenient and in part
 * stricter than the APIs.
 */
export function readCallerAnswer(
  transformer: Transformer,
  { provider_id, status, body }: { provider_id: string; status: number; body: string },
): CallerAnswer {
  if (status < 200 || status > 299) {
    const errorMessage = `Provider API error: ${provider_id} returned ${status}: ${body}`;
    return { understood: false, errorMessage };
  }
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { understood: false, errorMessage: "HTTP request failed: error decoding response body" };
  }
  try {
    const { content, ...rest } = readers[transformer](answer);
    const texts = content.flatMap((block) => (block.type === "text" ? [block.text] : []));
    const message = { role: "assistant", content };
    return { understood: true, message, text: texts.join("\n"), ...rest };
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    return { understood: false, errorMessage: `Transform error: ${error.message}` };
  }
}

/** The caller's error message for every call without an answer: timeout, refusal or unknown host. */
export function noAnswerMessage(url: string): string {
  return `HTTP request failed: error sending request for url (${url})`;
}

/** An answer that the caller can't read. */
class TransformError extends Error {}

function readOpenai(answer: unknown): Reading {
  const choices = [at(at(answer, "choices"), 0), at(at(answer, "results"), 0)];
  const choice = choices.find((choice) => choice !== undefined);
  if (choice === undefined) throw new TransformError("No choices in response");
  const message = at(choice, "message");
  if (message === undefined) throw new TransformError("No message in choice");
  const text = at(message, "content");
  const usage = at(answer, "usage");
  return {
    content: typeof text === "string" && text !== "" ? [{ type: "text", text }] : [],
    calls: listOf(at(message, "tool_calls")).flatMap(openaiCall),
    counted: counts(
      usage,
      ["prompt_tokens", "input_tokens"],
      ["completion_tokens", "output_tokens"],
    ),
    stop_reason: textOf(at(choice, "finish_reason") ?? at(choice, "stop_reason")),
  };
}

/** Arguments that aren't JSON become `{}`. */
function openaiCall(call: unknown): Call[] {
  const id = at(call, "id");
  const name = at(at(call, "function"), "name");
  const json = at(at(call, "function"), "arguments");
  if (typeof id !== "string" || typeof name !== "string" || typeof json !== "string") return [];
  try {
    return [{ id, name, input: JSON.parse(json) }];
  } catch {
    return [{ id, name, input: {} }];
  }
}

function readAnthropic(answer: unknown): Reading {
  const blocks = at(answer, "content");
  if (blocks === undefined) throw new TransformError("No content in response");
  if (!Array.isArray(blocks)) throw new TransformError("Content is not an array");
  const content = blocks.flatMap(anthropicBlock);
  const counted = counts(at(answer, "usage"), ["input_tokens"], ["output_tokens"]);
  return {
    content,
    calls: toolUses(content),
    counted,
    stop_reason: textOf(at(answer, "stop_reason")),
  };
}

function anthropicBlock(block: unknown): CallerBlock[] {
  const text = at(block, "text");
  if (at(block, "type") === "text") return typeof text === "string" ? [{ type: "text", text }] : [];
  if (at(block, "type") !== "tool_use") return [];
  const id = textOf(at(block, "id")) ?? "";
  const name = textOf(at(block, "name")) ?? "";
  return [{ type: "tool_use", id, name, input: at(block, "input") ?? {} }];
}

function readGemini(answer: unknown): Reading {
  const candidate = at(at(answer, "candidates"), 0);
  if (candidate === undefined) throw new TransformError("No candidates in response");
  const parts = at(at(candidate, "content"), "parts");
  if (!Array.isArray(parts)) throw new TransformError("No parts in content");
  const content = parts.flatMap(geminiBlock);
  const usage = at(answer, "usageMetadata") ?? at(answer, "usage_metadata");
  return {
    content,
    calls: toolUses(content),
    counted: counts(
      usage,
      ["promptTokenCount", "prompt_token_count"],
      ["candidatesTokenCount", "candidates_token_count"],
    ),
    stop_reason: textOf(at(candidate, "finishReason")),
  };
}

/** Gemini's calls get an ID from the caller; their thought signatures are dropped. */
function geminiBlock(part: unknown, index: number): CallerBlock[] {
  const text = at(part, "text");
  if (typeof text === "string") return [{ type: "text", text }];
  const call = at(part, "functionCall");
  if (call === undefined) return [];
  const name = textOf(at(call, "name")) ?? "";
  return [{ type: "tool_use", id: `call_${index + 1}`, name, input: at(call, "args") ?? {} }];
}

function readBedrock(answer: unknown): Reading {
  const output = at(answer, "output");
  if (output === undefined) throw new TransformError("No output in Bedrock response");
  const message = at(output, "message");
  if (message === undefined) throw new TransformError("No message in output");
  const content = listOf(at(message, "content")).flatMap(bedrockBlock);
  const usage = at(answer, "usage");
  const names = ["inputTokens", "outputTokens", "totalTokens"];
  const isWhole = names.every((name) => isCount(at(usage, name)));
  return {
    content,
    calls: toolUses(content),
    counted: isWhole ? counts(usage, ["inputTokens"], ["outputTokens"]) : null,
    stop_reason: textOf(at(answer, "stopReason")),
  };
}

function bedrockBlock(block: unknown): CallerBlock[] {
  const text = at(block, "text");
  if (text !== undefined) return typeof text === "string" ? [{ type: "text", text }] : [];
  const use = at(block, "toolUse");
  const [id, name, input] = [at(use, "toolUseId"), at(use, "name"), at(use, "input")];
  if (typeof id !== "string" || typeof name !== "string" || input === undefined) return [];
  return [{ type: "tool_use", id, name, input }];
}

function toolUses(content: CallerBlock[]): Call[] {
  return content.flatMap((block) =>
    block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
  );
}

/** The first name that is present counts. A value that isn't an integer counts as 0. */
function counts(usage: unknown, input: string[], output: string[]): CountedTokens | null {
  if (usage === undefined) return null;
  const countOf = (names: string[]) => {
    const value = names.map((name) => at(usage, name)).find((count) => count !== undefined);
    return isCount(value) ? value : 0;
  };
  return { input_tokens: countOf(input), output_tokens: countOf(output) };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** A member or an element; undefined if absent. A stored null stays null. */
function at(value: unknown, name: string | number): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) !== (typeof name === "number")) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string | number, unknown>)[name] : undefined;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
