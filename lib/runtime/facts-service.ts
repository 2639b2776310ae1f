import "server-only";
import { env } from "@/lib/env";
import { providers } from "@/lib/providers/schema";
import { runEvaluator } from "./expression-service";
import { runtimeTables } from "./repository";
import { regionOf } from "./rules/bedrock-endpoint";
import { allStates, isObject } from "./rules/definition";
import { interpret } from "./rules/interpret";
import type { Interpretation, Item } from "./rules/interpretation";
import type { Machine } from "./rules/machine-reading";
import { machineStates } from "./rules/machine-states";
import { providerNamesIn, routedTools } from "./rules/provider-names";
import { RecentMap } from "./rules/recent-map";
import { isModelCall } from "./rules/task-call";
import type { MachineOutline, MappedProvider, ProviderMap } from "./schema";

/** A model ID of no provider, which shows where a machine inserts the ID. */
const sampleModel = "switchboard-sample-model";

const text = (S: string) => ({ S });

/** The execution's input, as the platform starts its agents. */
export const sampleInput = { messages: [{ role: "user", content: "Hello" }] };

/** The most results in the cache, more than the agents of a large platform. */
const maxEntries = 20_000;

/** Computes a result once per definition. */
function perDefinition<T>(
  find: (machine: Machine) => Promise<T>,
): (machine: Machine) => Promise<T> {
  const cache = new RecentMap<string, Promise<T>>(maxEntries);
  return (machine) => {
    const cached = cache.get(machine.definition_id);
    if (cached) return cached;
    const result = find(machine);
    cache.set(machine.definition_id, result);
    return result;
  };
}

/** What a machine's definition fixes, found by following it with sample rows. */
export const readOutline = perDefinition(findOutline);

/** A unified machine's provider map: each name that leads to an endpoint. */
export const readProviderMap = perDefinition(findProviderMap);

const mappings = new RecentMap<string, Promise<boolean | null>>(maxEntries);

/**
 * Whether a unified machine's map leads from this provider to an endpoint; null if sample rows don't get
 * that far. Lists call this often.
 */
export function mapsProvider(machine: Machine, provider: string): Promise<boolean | null> {
  const id = `${machine.definition_id} ${provider}`;
  const cached = mappings.get(id);
  if (cached) return cached;
  const result = sample(machine, provider, sampleModel).then((run) =>
    payloadOf(run) ? mappedProvider(provider, run) !== null : null,
  );
  mappings.set(id, result);
  return result;
}

/** Follows the machine with a sample row that names this provider and model, or none. */
function sample(machine: Machine, provider: string | null, model: string): Promise<Interpretation> {
  const tables = runtimeTables();
  return interpret(machine.definition, {
    input: sampleInput,
    evaluate: runEvaluator(),
    machine,
    readItem: async (table, key) => {
      if (table === tables.models || "pk" in key) return { item: { ...sampleModelRow(), ...key } };
      if (table === tables.tools || "tool_name" in key) return { item: { ...sampleTool, ...key } };
      const named =
        provider === null ? {} : { llm_provider: text(provider), llm_model: text(model) };
      return { item: { ...sampleAgent, ...named, ...key } };
    },
  });
}

const sampleAgent: Item = {
  status: text("active"),
  description: text("A sample"),
  system_prompt: text("A sample"),
  tools: text("[]"),
  parameters: text("{}"),
  metadata: text("{}"),
  observability: text("{}"),
  deployment_env: text("prod"),
};
const sampleTool: Item = { description: text("A sample"), input_schema: text('{"type":"object"}') };
const sampleModelRow = (): Item => ({ display_name: text("A sample"), is_active: text("true") });

async function findOutline(machine: Machine): Promise<MachineOutline> {
  const byDefault = await sample(machine, null, sampleModel);
  const [name = "openai"] = candidates(machine);
  const run = await sample(machine, name, sampleModel);
  const payload = payloadOf(run) ?? payloadOf(byDefault);
  const config = isObject(payload?.provider_config) ? payload.provider_config : {};
  const reads = run.steps.flatMap(({ read }) => read ?? []);
  const agentKey = reads.find(({ key }) => "agent_name" in key)?.key;
  return {
    shape: shapeOf(machine, payload),
    tables: [...new Set(reads.map(({ table }) => table))],
    agent_name: stringIn(agentKey?.agent_name),
    version: stringIn(agentKey?.version),
    // Sample rows may stop the run before that read.
    reads_models:
      reads.some(({ key }) => "pk" in key) || machineStates(machine.definition).model_row !== null,
    ...defaultsOf(byDefault),
    secret_path: typeof config.secret_path === "string" ? config.secret_path : null,
    temperature: numberIn(payload?.temperature),
    max_tokens: numberIn(payload?.max_tokens),
    timeout_seconds: numberIn(config.timeout),
    tools: routedTools(machine.definition),
  };
}

/** Without a call that can be reached, the input that the definition writes for it decides. */
function shapeOf({ definition }: Machine, payload: Record<string, unknown> | null) {
  if (payload) return "provider_config" in payload ? "unified" : "older";
  const inputs = allStates(definition).flatMap(([, state]) =>
    isObject(state.Arguments) && isObject(state.Arguments.Payload) ? [state.Arguments.Payload] : [],
  );
  const readsAgents = allStates(definition).some(([, { Arguments }]) =>
    isObject(Arguments) && isObject(Arguments.Key) ? "agent_name" in Arguments.Key : false,
  );
  if (!readsAgents) return "other";
  if (inputs.some((input) => "provider_config" in input)) return "unified";
  return inputs.some(isModelCall) ? "older" : "other";
}

async function findProviderMap(machine: Machine): Promise<ProviderMap> {
  const providers: MappedProvider[] = [];
  for (const name of candidates(machine)) {
    const provider = mappedProvider(name, await sample(machine, name, sampleModel));
    if (provider) providers.push(provider);
  }
  const [bedrock_region = null] = providers.flatMap(({ endpoint }) => regionOf(endpoint) ?? []);
  return { providers, bedrock_region };
}

function payloadOf({ end }: Interpretation): Record<string, unknown> | null {
  return end.kind === "called" && isObject(end.payload) ? end.payload : null;
}

/** Names that the map may have: those in the definition, and every provider that the console knows. */
function candidates(machine: Machine): string[] {
  const names = providers.flatMap(({ id, aliases }) => [id, ...aliases]);
  return [
    ...new Set([...providerNamesIn(machine.definition), ...env().RUNTIME_PROVIDERS, ...names]),
  ];
}

function mappedProvider(provider: string, run: Interpretation): MappedProvider | null {
  const config = payloadOf(run)?.provider_config;
  if (!isObject(config) || typeof config.endpoint !== "string") return null;
  return {
    provider,
    endpoint: config.endpoint.replaceAll(sampleModel, "{id}"),
    secret_path: typeof config.secret_path === "string" ? config.secret_path : null,
    secret_key_name: typeof config.secret_key_name === "string" ? config.secret_key_name : null,
    transformer: typeof config.request_transformer === "string" ? config.request_transformer : null,
    timeout_seconds: numberIn(config.timeout),
  };
}

/** Provider and model that a row without them runs on; null where that is an error. */
function defaultsOf(run: Interpretation) {
  const pk = run.steps.flatMap(({ read }) => stringIn(read?.key.pk) ?? [])[0];
  if (pk !== undefined) {
    const [default_provider = null, default_model = null] = pk.split("#");
    return { default_provider, default_model };
  }
  const payload = payloadOf(run);
  const model = payload?.model_id ?? payload?.model;
  return { default_provider: null, default_model: typeof model === "string" ? model : null };
}

function stringIn(attribute: unknown): string | null {
  return isObject(attribute) && typeof attribute.S === "string" ? attribute.S : null;
}

function numberIn(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
