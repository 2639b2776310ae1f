import "server-only";
import { parseJsonText } from "@/lib/parse-json";
import { readRuntimeItem, runtimeTables } from "./repository";
import { toolFailure } from "./rules/generated-failures";
import type { CallerTool, RunFailure } from "./schema";

type ToolsReading =
  | { failure: RunFailure }
  /** `unknown` lists what couldn't be read. */
  | { tools: CallerTool[]; unknown: string[] };

/**
 * The definitions of an agent's tools, loaded as in a generated machine: an entry without
 * `tool_name`, an unregistered tool or a schema that isn't JSON ends the run.
 */
export async function readTools(entries: readonly unknown[]): Promise<ToolsReading> {
  const tools: CallerTool[] = [];
  const unknown = new Set<string>();
  for (const entry of entries) {
    const name = toolName(entry);
    if (name === null) return { failure: toolFailure };
    const reading = await readRuntimeItem(runtimeTables().tools, { tool_name: { S: name } });
    if ("refused" in reading) return { failure: toolFailure };
    if ("unknown" in reading) {
      unknown.add(reading.unknown);
      tools.push({ name, description: "", input_schema: { type: "object" } });
      continue;
    }
    const tool = reading.item && readTool(name, reading.item);
    if (!tool) return { failure: toolFailure };
    tools.push(tool);
  }
  return { tools, unknown: [...unknown] };
}

function toolName(entry: unknown): string | null {
  if (typeof entry !== "object" || entry === null || !("tool_name" in entry)) return null;
  return typeof entry.tool_name === "string" ? entry.tool_name : null;
}

function readTool(name: string, item: Record<string, unknown>): CallerTool | null {
  const description = textIn(item.description);
  const schema = textIn(item.input_schema);
  if (description === null || schema === null) return null;
  try {
    return { name, description, input_schema: parseJsonText(schema) };
  } catch {
    return null;
  }
}

function textIn(attribute: unknown): string | null {
  if (typeof attribute !== "object" || attribute === null || !("S" in attribute)) return null;
  return typeof attribute.S === "string" ? attribute.S : null;
}
