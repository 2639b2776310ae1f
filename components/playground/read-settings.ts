import * as z from "zod/mini";
import { type ParsedNumber, parseNumber } from "@/lib/numbers";
import { PlaygroundSettings } from "@/lib/playground/schema";
import type { FieldErrors, FormValues } from "./form-values";

type Reading =
  | { settings: PlaygroundSettings; errors: null }
  | { settings: null; errors: FieldErrors };

/** The form of a run, validated with the API's own schema. */
export const TypedSettings = z.transform((values: FormValues, ctx): PlaygroundSettings => {
  const { settings, errors } = readSettings(values);
  for (const [name, message] of Object.entries(errors ?? {})) {
    ctx.issues.push({ code: "custom", input: values, path: [name], message });
  }
  return settings ?? z.NEVER;
});

/** The parsed fields, or the errors by field. */
export function readSettings(values: FormValues): Reading {
  const tools = readTools(values.tools);
  const temperature = parseNumber(values.temperature);
  const maxTokens = parseNumber(values.max_tokens);
  const parsed = PlaygroundSettings.safeParse({
    prompt: values.prompt.trim() === "" ? "" : values.prompt,
    stream: values.stream,
    ...(values.system.trim() !== "" && { system: values.system }),
    ...(temperature.kind !== "empty" && { temperature: numberOrNaN(temperature) }),
    ...(maxTokens.kind !== "empty" && { max_tokens: numberOrNaN(maxTokens) }),
    ...(tools.value && { tools: tools.value }),
  });
  if (parsed.success && !tools.error) return { settings: parsed.data, errors: null };
  const issues = parsed.error?.issues ?? [];
  const errors = Object.fromEntries(issues.map((issue) => [issue.path[0], describeIssue(issue)]));
  return {
    settings: null,
    errors: {
      ...errors,
      ...(temperature.kind === "ambiguous" && { temperature: temperature.message }),
      ...(maxTokens.kind === "ambiguous" && { max_tokens: maxTokens.message }),
      ...(tools.error && { tools: tools.error }),
    },
  };
}

/** NaN for text that isn't a number; the schema reports it. */
const numberOrNaN = (parsed: ParsedNumber) =>
  parsed.kind === "number" ? parsed.value : Number.NaN;

type Issue = { path: PropertyKey[]; message: string; code: string; keys?: string[] };

/** "Tool 1, name: 1 to 64 letters, …": lists have no field for each entry. */
function describeIssue({ path, message, code, keys }: Issue): string {
  if (path[0] !== "tools" || path.length < 2) return message;
  const where = `Tool ${Number(path[1]) + 1}`;
  const field = path.slice(2).join(".");
  if (code === "unrecognized_keys") return `${where}: there is no field ${keys?.join(", ")}`;
  const problem = message === "Invalid input" ? "has the wrong type or is missing" : message;
  return field === "" ? `${where}: ${problem}` : `${where}, ${field}: ${problem}`;
}

type ToolsReading = { value?: unknown[]; error?: string };

function readTools(typed: string): ToolsReading {
  if (typed.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(typed);
    if (!Array.isArray(value)) return { error: "Write a list of tools: [ { … } ]" };
    return value.length > 0 ? { value: value.map(plainTool) } : {};
  } catch (error) {
    return { error: `This is not JSON. ${error instanceof Error ? error.message : ""}`.trim() };
  }
}

/** Converts a tool from OpenAI's or Anthropic's format to our API's. */
function plainTool(tool: unknown): unknown {
  if (typeof tool !== "object" || tool === null) return tool;
  if ("function" in tool && "type" in tool && tool.type === "function") return tool.function;
  if (!("input_schema" in tool)) return tool;
  const { input_schema: parameters, ...rest } = tool;
  return { ...rest, parameters };
}
