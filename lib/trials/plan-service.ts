import "server-only";
import Big from "big.js";
import type { AgentRow } from "@/lib/agents/row";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import { invalidField } from "@/lib/errors";
import { findModel } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
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

/** The present model's template, then those of the others. */
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

const nameOf = ({ provider, model_id }: ModelKey) => `${provider}#${model_id}`;

async function requireJudge(judge: ModelKey): Promise<void> {
  const model = await findModel(judge.provider, judge.model_id);
  if (model && !isDefective(model)) return;
  throw invalidField("judge", `There is no model "${nameOf(judge)}". Add it first.`);
}

/** What a trial would do and cost; nothing is sent. @throws as `planTrial` */
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
    notes: [...notes, ...unpricedNotes(templates), ...brokenNotes(templates)],
    judge_prompt: defaultJudgePrompt,
  };
}

function total(values: readonly (number | null)[]): number | null {
  if (values.includes(null)) return null;
  return values.reduce((sum: Big, value) => sum.plus(value ?? 0), new Big(0)).toNumber();
}

function unpricedNotes(templates: readonly Template[]): string[] {
  return templates
    .filter(({ model }) => model?.input_price == null || model.output_price === null)
    .map((template) => `${nameOf(template)} has no price, so the limit can't hold its calls.`);
}

function brokenNotes(templates: readonly Template[]): string[] {
  return templates.flatMap((template) =>
    template.broken === null
      ? []
      : [
          `${nameOf(template)} isn't called: a run on it fails before that. ${template.broken.cause}`,
        ],
  );
}

/** The models as a trial's head holds them. */
export function storedTargets({ row, templates }: Plan): Promise<StoredTarget[]> {
  return Promise.all(
    templates.map(async (template, index) => ({
      provider: template.provider,
      model_id: template.model_id,
      is_present: index === 0,
      timeout_ms: template.timeout_ms,
      digest: template.digest,
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
  return input_usd === null || output_usd === null ? null : { input_usd, output_usd };
}
