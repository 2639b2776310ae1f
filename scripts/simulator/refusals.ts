import {
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  stringOf,
} from "../embedded/json";
import { type ProviderId, RefusedParameter } from "./protocol";
import table from "./refusals.json" with { type: "json" };

interface Refusal {
  provider: string;
  families: string[];
  except?: string[];
  parameter: string;
  /** A pattern of the tool names that are accepted. */
  tool_names?: string;
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** The values of the placeholders in a refusal's body; null if the request isn't refused. */
type Fill = Record<string, string | number> | null;

/** Whether a request contains the refused parameter, by its name in the table. */
const finders: Record<string, (body: JsonObject, provider: ProviderId) => Fill> = {
  max_tokens: (body) => (numberOf(body.max_tokens) === null ? null : {}),
  temperature: (body, provider) => {
    const config = provider === "bedrock" ? objectOf(body.inferenceConfig) : body;
    const temperature = numberOf(config.temperature);
    return temperature === null || temperature === 1 ? null : { temperature };
  },
  tools: (body) => {
    if (!Array.isArray(body.tools)) return null;
    return body.tools.length === 0 || body.reasoning_effort !== "none" ? {} : null;
  },
  tool_choice: (body) =>
    body.tool_choice !== undefined && listOf(body.tools).length === 0 ? {} : null,
  "toolConfig.tools": ({ toolConfig }) =>
    toolConfig !== undefined && listOf(objectOf(toolConfig).tools).length === 0 ? {} : null,
  thoughtSignature: unsignedCall,
};

/** Whether a condition of the table applies to this request. */
function meetsCondition(when: string, body: JsonObject): boolean {
  const hasTools = listOf(body.tools).length > 0;
  if (when === "with_tools") return hasTools;
  return when !== "without_tools" || !hasTools;
}

/** The names of the tools in a request of any provider. */
function toolNames(body: JsonObject): string[] {
  const tools = [...listOf(body.tools), ...listOf(objectOf(body.toolConfig).tools)].map(objectOf);
  const declared = tools.flatMap((tool) => [
    ...listOf(tool.functionDeclarations).map(objectOf),
    ...[tool, objectOf(tool.function), objectOf(tool.toolSpec)],
  ]);
  return declared.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
}

const refusedName: Record<string, (names: string[], refusal: Refusal) => number> = {
  duplicate_tools: (names) => names.findIndex((name, index) => names.indexOf(name) < index),
  misnamed_tools: (names, { tool_names = "" }) =>
    names.findIndex((name) => !new RegExp(tool_names).test(name)),
};

function findFill(when: string, refusal: Refusal, body: JsonObject, provider: ProviderId): Fill {
  const find = refusedName[when];
  if (!find) {
    return (meetsCondition(when, body) && finders[refusal.parameter]?.(body, provider)) || null;
  }
  const names = toolNames(body);
  const index = find(names, refusal);
  return index < 0 ? null : { tool: names[index] ?? "", index, position: index + 1 };
}

/** Throws the provider's documented refusal of a parameter, the first one that applies. */
export function assertParameters(provider: ProviderId, model: string, body: JsonObject): void {
  for (const row of table.refusals) {
    const refusal = row as Refusal; // The table is the simulator's own.
    if (refusal.provider !== provider || !isOfModel(refusal, model)) continue;
    const fill = findFill(row.when, refusal, body, provider);
    if (!fill) continue;
    const { status, headers } = refusal;
    const reply = { status, body: filled(refusal.body, { model, ...fill }) };
    throw new RefusedParameter({ ...reply, ...(headers && { headers }) });
  }
}

function isOfModel({ families, except }: Pick<Refusal, "families" | "except">, model: string) {
  const id = model
    .replace(/^.*\//, "")
    .replace(/^(us-gov|us|eu|apac|global|jp|au|ca)\./, "")
    .replace(/^anthropic\./, "");
  const isOf = (family: string) =>
    id.startsWith(family) && (family === "" || !/^\d/.test(id.slice(family.length)));
  return families.some(isOf) && !except?.some(isOf);
}

/** The first call of the current turn that was sent back without its signature. */
function unsignedCall(body: JsonObject): Fill {
  const contents = listOf(body.contents).filter(isJsonObject);
  const isText = (content: JsonObject) =>
    content.role !== "model" &&
    listOf(content.parts).some((part) => stringOf(objectOf(part).text) !== "");
  const turn = contents.slice(contents.findLastIndex(isText) + 1);
  for (const [index, content] of turn.entries()) {
    const first = listOf(content.parts)
      .map(objectOf)
      .find((part) => part.functionCall !== undefined);
    if (!first || first.thoughtSignature !== undefined) continue;
    const tool = stringOf(objectOf(first.functionCall).name);
    return { tool, position: contents.length - turn.length + index + 1 };
  }
  return null;
}

function filled(template: unknown, values: Record<string, string | number>): unknown {
  if (typeof template === "string") {
    return template.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
      String(values[name] ?? placeholder),
    );
  }
  if (Array.isArray(template)) return template.map((part) => filled(part, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, part]) => [name, filled(part, values)]),
  );
}
