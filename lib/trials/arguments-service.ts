import "server-only";
import { Ajv, type ValidateFunction } from "ajv";
import type { ToolCall } from "@/lib/completions/schema";
import type { CallerTool } from "@/lib/runtime/schema";
import { boundedPattern, costRefusal, PatternRefused } from "./rules/schema-limits";

export type ArgumentsCheck = {
  /** Null if no tool was called, or a schema wasn't checked. */
  valid: boolean | null;
  errors: string[];
};

const maxErrors = 10;

/**
 * Whether the arguments of the calls match their tools' JSON Schemas. A schema that could block the
 * event loop isn't checked.
 */
export function checkArguments(
  calls: readonly ToolCall[],
  tools: readonly CallerTool[],
): ArgumentsCheck {
  if (calls.length === 0) return { valid: null, errors: [] };
  const checks = calls.map((call) => checkCall(call, tools));
  const errors = checks.flatMap((check) => check.errors).slice(0, maxErrors);
  if (checks.some(({ valid }) => valid === false)) return { valid: false, errors };
  return { valid: checks.some(({ valid }) => valid === null) ? null : true, errors };
}

function checkCall(call: ToolCall, tools: readonly CallerTool[]): ArgumentsCheck {
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) return { valid: false, errors: [`The agent has no tool "${call.name}".`] };
  const unchecked = (why: string) => ({
    valid: null,
    errors: [`${call.name} isn't checked: ${why}.`],
  });
  const refusal = costRefusal(tool.input_schema, JSON.stringify(call.arguments) ?? "");
  if (refusal) return unchecked(refusal);
  try {
    const validate = compile(tool.input_schema);
    if (validate(call.arguments)) return { valid: true, errors: [] };
    const errors = (validate.errors ?? []).map(
      ({ instancePath, message }) => `${call.name}${instancePath}: ${message}`,
    );
    return { valid: false, errors };
  } catch (error) {
    if (error instanceof PatternRefused) return unchecked(error.message);
    return unchecked("its schema is not valid JSON Schema");
  }
}

/**
 * The schema's own name and dialect are removed: they could clash with others or be unknown, and
 * they don't affect the result.
 */
function compile(schema: unknown): ValidateFunction {
  const isObject = typeof schema === "object" && schema !== null && !Array.isArray(schema);
  const { $schema: _, $id: __, ...own } = isObject ? (schema as Record<string, unknown>) : {};
  const regExp = Object.assign(
    (pattern: string) => {
      const test = boundedPattern(pattern);
      return { test };
    },
    { code: "boundedPattern" },
  );
  // A new instance each time: ajv caches every schema that it compiles.
  const ajv = new Ajv({
    strict: false,
    logger: false,
    validateFormats: false,
    allErrors: false,
    code: { regExp },
  });
  return ajv.compile(own);
}
