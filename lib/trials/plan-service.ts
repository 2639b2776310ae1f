import "server-only";
import Big from "big.js";
import type { AgentRow } from "@/lib/agents/row";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import type { PricedRow } from "@/lib/costs/call-cost-service";
import { invalidField } from "@/lib/errors";
import { findModel } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { otherPriceOf } from "@/lib/prices/rules/price-doubts";
import { explainFailure } from "@/lib/runs/rules/summary";
import type { RunFailure } from "@/lib/runtime/schema";
import { estimateMonthlyCost } from "@/lib/usage/service";
import { callCost } from "./call-cost-service";
import { type FoundCases, findCases } from "./cases-service";
import { judgeCallCost } from "./judge-service";
import { defaultJudgePrompt } from "./rules/judge";
import { maxOtherTargets } from "./rules/limits";
import type { StoredTarget } from "./rules/stored-cell";
import type { ModelKey, TargetEstimate, TrialEstimate, TrialRequest } from "./schema";
import { readTemplate, type Template } from "./template-service";

export type Plan = FoundCases & { row: AgentRow; templates: Template[] };

/**
 * The cases and models of a request, the present model first.
 * @throws AppError `not_found`, `invalid`, `model_not_registered`, `provider_fixed`
 */
export async function planTrial(key: AgentKey, request: TrialRequest): Promise<Plan> {
  const row = await requireAgentRow(key);
  if (request.judge) await requireJudge(request.judge);
  const templates = await readTemplates(row, request.targets);
  return { row, templates, ...(await findCases(key, request.cases)) };
}

/** The present model's template, followed by those of the other models. */
export async function readTemplates(row: AgentRow, targets: ModelKey[]): Promise<Template[]> {
  const present = await readTemplate(row, null);
  const named = new Map(targets.map((target) => [nameOf(target), target]));
  named.delete(nameOf(present));
  const others = await Promise.all([...named.values()].map((target) => readTemplate(row, target)));
  const distinct = new Map([present, ...others].map((template) => [nameOf(template), template]));
  if (distinct.size > maxOtherTargets + 1) {
    throw invalidField("targets", `At most ${maxOtherTargets} models beside the present one`);
  }
  return [...distinct.values()];
}

/**
 * The templates of a resumed trial, with null for a deleted model; null if the agent has changed
 * since the trial started.
 */
export async function readTemplatesAgain(
  row: AgentRow,
  targets: readonly StoredTarget[],
): Promise<(Template | null)[] | null> {
  const others = targets.filter(({ is_present }) => !is_present);
  const models = await Promise.all(
    others.map(({ provider, model_id }) => findModel(provider, model_id)),
  );
  const left = others.filter((_, index) => models[index]);
  const found = await readTemplates(row, left);
  const byName = new Map(found.map((template) => [nameOf(template), template]));
  const templates = targets.map((target) => byName.get(nameOf(target)) ?? null);
  const isSame = targets.every((target, index) => {
    const digest = templates[index]?.digest;
    return digest === target.digest || (others.includes(target) && !left.includes(target));
  });
  return isSame && found.length === left.length + 1 ? templates : null;
}

export const nameOf = ({ provider, model_id }: ModelKey) => `${provider}#${model_id}`;

async function requireJudge(judge: ModelKey): Promise<void> {
  const model = await findModel(judge.provider, judge.model_id);
  if (!model || isDefective(model)) {
    throw invalidField("judge", `There is no model "${nameOf(judge)}". Add it first.`);
  }
  if (!hasPrices(model)) throw invalidField("judge", `${hasNoPrice(judge)} Set its price first.`);
}

/** What a trial would do and cost. Sends nothing. @throws as `planTrial` */
export async function estimateTrial(key: AgentKey, request: TrialRequest): Promise<TrialEstimate> {
  const { templates, cases, notes } = await planTrial(key, request);
  const targets = templates.map((template, index): TargetEstimate => {
    const costs = cases.map(({ texts }) =>
      callCost(template, texts.messages, texts.recorded?.output_tokens ?? null),
    );
    const max = costs.map((cost) => cost.max);
    return {
      provider: template.provider,
      model_id: template.model_id,
      is_present: index === 0,
      expected_usd: total(costs.map(({ expected }) => expected)),
      max_usd: total(max),
      max_call_usd: max.includes(null) ? null : Math.max(...max.map(Number)),
    };
  });
  const pairs = cases.length * (templates.length - 1);
  const judge = request.judge ? await judgeCallCost(request.judge, cases) : null;
  const times = (usd: number | null) =>
    usd === null ? null : new Big(usd).times(pairs).toNumber();
  const judgeCosts = judge && { expected: times(judge.expected), max: times(judge.max) };
  const sum = (values: (number | null | undefined)[]) =>
    total(values.map((value) => value ?? 0)) ?? 0;
  return {
    cases: cases.map(({ stored, texts }) => ({ ...stored, title: texts.title })),
    calls: cases.length * templates.length + (request.judge ? 2 * pairs : 0),
    targets,
    judge_expected_usd: judgeCosts?.expected ?? null,
    expected_usd: sum([...targets.map(({ expected_usd }) => expected_usd), judgeCosts?.expected]),
    max_usd: sum([...targets.map(({ max_usd }) => max_usd), judgeCosts?.max]),
    limit_usd: request.limit_usd,
    notes: [
      ...notes,
      ...assumedNotes(templates),
      ...unpricedNotes(templates),
      ...brokenNotes(templates),
    ],
    judge_prompt: defaultJudgePrompt,
  };
}

function total(values: readonly (number | null)[]): number | null {
  if (values.includes(null)) return null;
  return values.reduce((sum: Big, value) => sum.plus(value ?? 0), new Big(0)).toNumber();
}

/** If a definition can't be followed, the runtime's request is assumed. */
export function assumedReasons(templates: readonly Template[]): string[] {
  return [...new Set(templates.flatMap((template) => template.agent?.assumed_because ?? []))];
}

function assumedNotes(templates: readonly Template[]): string[] {
  return assumedReasons(templates).map(
    (why) => `Requests are assumed to be those of a generated state machine. ${why}`,
  );
}

const hasPrices = ({
  input_price,
  output_price,
}: Pick<PricedRow, "input_price" | "output_price">) =>
  input_price !== null && output_price !== null;

export const isPriced = ({ model, broken }: Template): boolean =>
  broken !== null || (model !== null && hasPrices(model));

export const hasNoPrice = (named: ModelKey): string =>
  `${nameOf(named)} has no price, so the limit can't be kept.`;

function unpricedNotes(templates: readonly Template[]): string[] {
  return templates
    .filter((template) => !isPriced(template))
    .map((template) => hasNoPrice(template));
}

function brokenNotes(templates: readonly Template[]): string[] {
  return templates.flatMap((template) =>
    template.broken === null
      ? []
      : [
          `${nameOf(template)} isn't called: a run on it fails before that. ${explain(template.broken)}`,
        ],
  );
}

function explain({ error, cause }: RunFailure): string {
  const explanation = explainFailure({ status: "failed", error, cause });
  if (!explanation || explanation.code === "unknown") return cause;
  return `${explanation.title}. ${explanation.fix}`;
}

/** The models in the format of a trial's head. */
export function storedTargets({ row, templates }: Plan): Promise<StoredTarget[]> {
  return Promise.all(
    templates.map(async (template, index) => ({
      provider: template.provider,
      model_id: template.model_id,
      is_present: index === 0,
      timeout_ms: template.timeout_ms,
      digest: template.digest,
      is_priced: isPriced(template),
      monthly: await monthlyCosts(row.agent_name, template),
    })),
  );
}

async function monthlyCosts(agent: string, { model }: Template): Promise<StoredTarget["monthly"]> {
  if (!model) return null;
  const { input_price, output_price } = model;
  const [input_usd, output_usd] = await Promise.all([
    estimateMonthlyCost(agent, { input_price, output_price: 0 }),
    estimateMonthlyCost(agent, { input_price: 0, output_price }),
  ]);
  if (input_usd === null || output_usd === null) return null;
  const input_at = otherPriceOf(model, "input_price");
  const output_at = otherPriceOf(model, "output_price");
  return {
    input_usd,
    output_usd,
    ...(input_at && { input_at }),
    ...(output_at && { output_at }),
  };
}
