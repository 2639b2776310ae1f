import { createHash } from "node:crypto";
import type { Prompt, Reply, ToolCall } from "./protocol";
import type { Quirk } from "./sample-models";
import { exampleArguments } from "./schema-example";

const charactersPerToken = 4;
const tokensPerImage = 258;
const minCachedInput = 1024;
const cacheStep = 128;
const maxChunks = 30;
const reasoningModels =
  /^o\d|^gpt-[5-9]|^deepseek-v4-pro|^grok-4(?!.*non-reasoning)|^grok-3-mini|gemini-(2\.5|[3-9])|thinking/;

/** Tokens of a text, at four characters each. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** The simulated answer: deterministic, and never longer than the prompt's token limit. */
export function composeReply(prompt: Prompt, filtered = false, quirk: Quirk | null = null): Reply {
  const id = createHash("sha256")
    .update(`${prompt.model}\n${prompt.inputText}`)
    .digest("hex")
    .slice(0, 24);
  const limit = Math.max(1, prompt.maxTokens ?? Number.POSITIVE_INFINITY);
  const reasoning = Math.min(reasoningTokens(prompt.model, id), limit);
  const maxOutput = limit - reasoning;
  const usage = { ...inputUsage(prompt), output: 0, reasoning };
  if (filtered) return { id, chunks: [], toolCall: null, stop: "filtered", usage };

  const toolCall = withQuirk(chooseTool(prompt, id), prompt, quirk);
  if (toolCall) {
    const output = countTokens(toolCall.name + JSON.stringify(toolCall.input)) + 8;
    if (output <= maxOutput) {
      return { id, chunks: [], toolCall, stop: "tool", usage: { ...usage, output } };
    }
    return {
      id,
      chunks: [],
      toolCall: null,
      stop: "length",
      usage: { ...usage, output: maxOutput },
    };
  }
  const full = composeText(prompt);
  const isCut = countTokens(full) > maxOutput;
  const text = isCut ? full.slice(0, maxOutput * charactersPerToken) : full;
  return {
    id,
    chunks: splitText(text),
    toolCall: null,
    stop: isCut ? "length" : "end",
    usage: { ...usage, output: countTokens(text) },
  };
}

function inputUsage(prompt: Prompt): { input: number; cached: number } {
  const input =
    countTokens(prompt.inputText) + prompt.images.length * tokensPerImage + prompt.messages * 4 + 3;
  if (input < minCachedInput) return { input, cached: 0 };
  return { input, cached: Math.floor(input / 2 / cacheStep) * cacheStep };
}

function reasoningTokens(model: string, id: string): number {
  return reasoningModels.test(model) ? 24 + (Number.parseInt(id.slice(0, 2), 16) % 40) : 0;
}

function chooseTool(prompt: Prompt, id: string): ToolCall | null {
  const { toolChoice, tools, lastUser } = prompt;
  if (toolChoice === "none" || tools.length === 0) return null;
  const request = lastUser.toLowerCase();
  const named = tools.find((tool) => request.includes(tool.name.toLowerCase()));
  const isRequested =
    prompt.toolResult === null &&
    (named !== undefined || /\b(call|use) (the|a|your) tool/.test(request));
  const tool =
    typeof toolChoice === "object"
      ? tools.find((candidate) => candidate.name === toolChoice.name)
      : toolChoice === "required" || isRequested
        ? (named ?? tools[0])
        : undefined;
  return tool ? { id, name: tool.name, input: exampleArguments(tool.schema, lastUser) } : null;
}

/** A forced tool is called as requested. */
function withQuirk(call: ToolCall | null, prompt: Prompt, quirk: Quirk | null): ToolCall | null {
  if (!call || !quirk || prompt.toolChoice !== "auto") return call;
  if (quirk === "invalid_arguments") {
    const input = Object.fromEntries(Object.keys(call.input).map((name) => [name, [name]]));
    return { ...call, input };
  }
  const other = prompt.tools.find(({ name }) => name !== call.name);
  if (!other) return call;
  return { ...call, name: other.name, input: exampleArguments(other.schema, prompt.lastUser) };
}

function composeText(prompt: Prompt): string {
  const quoted = excerpt(prompt.lastUser.replace(/\[\[[^[\]]*\]\]/g, ""));
  const parts = [`This is a simulated answer: the local sandbox speaks for ${prompt.model}.`];
  if (quoted !== "") parts.push(`You wrote: “${quoted}”`);
  if (prompt.system !== "") {
    parts.push(`Your system prompt has ${prompt.system.trim().split(/\s+/).length} words.`);
  }
  const { length } = prompt.images;
  if (length > 0) {
    parts.push(`I got ${length} image${length === 1 ? "" : "s"} (${prompt.images.join("; ")}).`);
  }
  if (prompt.tools.length > 0) {
    parts.push(`I may call ${prompt.tools.map((tool) => tool.name).join(", ")}.`);
  }
  if (prompt.toolResult !== null) parts.push(`The tool answered: “${excerpt(prompt.toolResult)}”`);
  parts.push("No model was called and nothing was billed; put in a real key to get a real answer.");
  return parts.join(" ");
}

function excerpt(text: string): string {
  const words = text.trim().split(/\s+/);
  return words.slice(0, 16).join(" ") + (words.length > 16 ? " …" : "");
}

/** Splits a text between words into at most 30 chunks. */
function splitText(text: string): string[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  const size = Math.max(1, Math.ceil(words.length / maxChunks));
  return Array.from({ length: Math.ceil(words.length / size) }, (_, index) =>
    words.slice(index * size, (index + 1) * size).join(""),
  );
}
