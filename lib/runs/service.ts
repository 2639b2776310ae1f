import "server-only";
import { readAllDeployed } from "@/lib/agents/runtime-service";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import { hasRole, type Role } from "@/lib/auth/actor";
import { createYielder } from "@/lib/batches";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { readRedactor } from "@/lib/keys/redaction-service";
import { parseMachineArn } from "@/lib/runtime/rules/machine-arn";
import { type PricedCall, pricer, totalsOf } from "./cost-service";
import { type ListedRun, readPage, readRun, readRuns } from "./reading-service";
import {
  describeExecution,
  type Execution,
  type ExecutionDetails,
  executionArn,
  expressRuns,
  type RunsMachine,
  RunsRefused,
} from "./repository";
import { awsConsoleUrl } from "./rules/console-url";
import type { RunReading } from "./rules/history";
import { explainFailure } from "./rules/summary";
import type {
  ModelCall,
  Run,
  RunDetails,
  RunFilter,
  RunList,
  RunMessage,
  RunPart,
  RunStep,
  RunsUnavailable,
} from "./schema";

type FoundMachine = {
  machine: RunsMachine | null;
  /** Why there are no runs to show. */
  unavailable: RunsUnavailable | null;
  /** The provider in the agent's row: an older agent's calls don't name theirs. */
  provider: string | null;
};

/**
 * The agent's machine, and the reason if its runs can't be listed for this row.
 * @throws AppError `not_found`
 */
export async function findMachine(key: AgentKey): Promise<FoundMachine> {
  const row = await requireAgentRow(key);
  const { llm_provider: provider, state_machine_arn: stored } = row;
  const parsed = stored ? parseMachineArn(stored) : null;
  if (!stored || !parsed) {
    const why = stored
      ? `"${stored}" is not the ARN of a state machine.`
      : "Its row names no state machine.";
    return { machine: null, provider, unavailable: { code: "no_machine", why, statement: null } };
  }
  const machine = { ...parsed, stored: stored.trim() };
  const [deployed] = await readAllDeployed([row]);
  const agentMachine = deployed?.machine;
  if (agentMachine?.source === "definition" && !agentMachine.isRead) {
    const { agent_name, version } = agentMachine.outline;
    const why = `Its state machine reads ${[agent_name, version].filter(Boolean).join(" ")}, so its runs belong to that row.`;
    return { machine, provider, unavailable: { code: "never_read", why, statement: null } };
  }
  if (agentMachine?.source === "definition" && agentMachine.machine.isExpress) {
    return { machine, provider, unavailable: expressRuns };
  }
  if (agentMachine?.source === "assumed" && isDecided(agentMachine.unreadable.kind)) {
    const { kind: code, why, statement } = agentMachine.unreadable;
    const advised = `${why} ${advice[code]}`;
    return { machine, provider, unavailable: { code, why: advised, statement } };
  }
  return { machine, provider, unavailable: null };
}

const advice = {
  deleted: "Deploy it again, or correct the ARN in the agent's row.",
  other_account: "Sign in to that account to see its runs.",
};

/** For these reasons, Step Functions would also refuse to list the runs. */
const isDecided = (kind: string): kind is "deleted" | "other_account" =>
  kind === "deleted" || kind === "other_account";

/** Runs of an agent, newest first. @throws AppError `not_found`, `aws_unavailable` */
export async function listRuns(key: AgentKey, filter: RunFilter, role: Role): Promise<RunList> {
  const { machine, unavailable, provider } = await findMachine(key);
  const can_start = env().ALLOW_RUNS;
  const console_url = machine && awsConsoleUrl(machine, machine.arn);
  const empty = { runs: [], cursor: null, notes: [], can_start, console_url };
  if (!machine || unavailable) return { ...empty, unavailable };
  try {
    const { executions, cursor, notes } = await findExecutions(machine, filter);
    const listed = await readRuns(machine, executions);
    const runs = await toRuns(listed, provider, role);
    return { runs, cursor, unavailable: null, notes, can_start, console_url };
  } catch (error) {
    if (!(error instanceof RunsRefused)) throw error;
    return { ...empty, unavailable: error.unavailable };
  }
}

type Found = { executions: Execution[]; cursor: string | null; notes: string[] };

async function findExecutions(machine: RunsMachine, { q, ...filter }: RunFilter): Promise<Found> {
  if (!q) {
    const { page, note } = await readPage(machine, filter);
    return { ...page, notes: note ? [note] : [] };
  }
  try {
    const execution = await describeExecution(machine, arnOf(machine, q));
    const isRequested = !filter.status || execution.status === filter.status;
    return { executions: isRequested ? [execution] : [], cursor: null, notes: [] };
  } catch (error) {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
    return { executions: [], cursor: null, notes: [error.message] };
  }
}

/** The maximum length of an execution's name (Step Functions' limit). */
const maxNameLength = 80;

/**
 * The ARN of an execution by its name or ARN.
 * @throws AppError `not_found` for an ARN of another machine, and for an impossible name
 */
export function arnOf(machine: RunsMachine, id: string): string {
  const prefix = executionArn(machine, "");
  const isForeignArn = id.startsWith("arn:") && !id.startsWith(prefix);
  const name = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  if (!isForeignArn && name.length > 0 && name.length <= maxNameLength) return prefix + name;
  throw new AppError("not_found", `This is not a run of ${machine.name}: ${id.slice(0, 200)}`);
}

async function toRuns(
  listed: readonly ListedRun[],
  provider: string | null,
  role: Role,
): Promise<Run[]> {
  const callsOf = (run: ListedRun) =>
    "reading" in run ? withProvider(run.reading.calls, provider) : [];
  const costOfCall = await pricer(listed.flatMap(callsOf));
  const redact = await readRedactor();
  return listed.map((run) => {
    const isRead = "reading" in run;
    return toRun(
      isRead ? run : { ...run, input: null, output: null, error: null, cause: null },
      { ...totalsOf(callsOf(run), costOfCall), waiting: isRead ? run.reading.waiting : null },
      { missing: isRead ? run.reading.missing : run.unread, redact, role },
    );
  });
}

/** The calls of an older agent don't name their provider. */
const withProvider = <Call extends PricedCall>(calls: readonly Call[], provider: string | null) =>
  calls.map((call) => ({ ...call, provider: call.provider ?? provider }));

type Presentation = { missing: string | null; redact: (text: string) => string; role: Role };

function toRun(
  { arn, name, status, started_at, stopped_at, redrive_count, error, cause }: ExecutionDetails,
  totals: ReturnType<typeof totalsOf> & Pick<Run, "waiting">,
  { missing, redact, role }: Presentation,
): Run {
  const isUnpriced = totals.input_tokens !== null && totals.cost_usd === null;
  const [shownError, shownCause] = [error && redact(error), cause && redact(cause)];
  return {
    id: name,
    arn,
    status,
    started_at,
    stopped_at,
    duration_ms: stopped_at ? Date.parse(stopped_at) - Date.parse(started_at) : null,
    redrive_count,
    ...totals,
    missing: missing ?? (isUnpriced ? "The model had no price then." : null),
    error: shownError,
    cause: hasRole(role, "admin") ? shownCause : null,
    explained: explainFailure({ status, error: shownError, cause: shownCause }),
  };
}

/**
 * One run with its steps, model calls and, for admins, texts.
 * @throws AppError `not_found`, `aws_unavailable`
 */
export async function getRun(key: AgentKey, id: string, role: Role): Promise<RunDetails> {
  const { machine, unavailable, provider } = await findMachine(key);
  if (!machine || unavailable) {
    throw new AppError("not_found", unavailable?.why ?? "The agent has no state machine.");
  }
  const arn = arnOf(machine, id);
  const { details, reading } = await readRun(machine, arn);
  const calls = withProvider(reading.calls, provider);
  const [costOfCall, redact] = await Promise.all([pricer(calls), readRedactor()]);
  const run = toRun(
    details,
    { ...totalsOf(calls, costOfCall), waiting: reading.waiting },
    { missing: reading.missing, redact, role },
  );
  const isAdmin = hasRole(role, "admin");
  const texts = isAdmin
    ? await redactTexts(details, reading, redact)
    : {
        steps: reading.steps.map((step) => withoutData(step, redact)),
        messages: [],
        input: null,
        output: null,
      };
  return {
    ...run,
    ...texts,
    model_calls: calls.map((call) => toModelCall(call, costOfCall)),
    can_start: env().ALLOW_RUNS,
    console_url: awsConsoleUrl(machine, arn),
  };
}

function toModelCall(
  call: RunReading["calls"][number],
  costOfCall: Awaited<ReturnType<typeof pricer>>,
): ModelCall {
  const { provider, model_id, input_tokens, output_tokens, latency_ms, at, stop_reason } = call;
  return {
    provider,
    model_id,
    input_tokens,
    output_tokens,
    ...costOfCall(call),
    latency_ms,
    at,
    stop_reason,
    failed: call.state === "failed",
  };
}

const withoutData = (step: RunStep, redact: (text: string) => string): RunStep => ({
  ...step,
  error: step.error && redact(step.error),
  cause: null,
  input: null,
  output: null,
});

/** The most characters of one text of a step, and of all texts of an answer. */
const maxText = 32_000;
const maxTexts = 3_000_000;

/** Removes keys from steps and messages, and cuts them to the limits of an answer. */
async function redactTexts(
  { input, output }: ExecutionDetails,
  { steps, messages }: RunReading,
  redact: (text: string) => string,
) {
  const yieldIfDue = createYielder();
  let left = maxTexts;
  const shorten = async (text: string | null, limit = maxText): Promise<string | null> => {
    if (text === null) return null;
    await yieldIfDue();
    const length = Math.min(limit, Math.max(left, 0));
    left -= Math.min(text.length, length);
    if (text.length <= length) return redact(text);
    return `${redact(text.slice(0, length + 200)).slice(0, length)}… [cut off: ${text.length} characters]`;
  };
  const redactedMessages: RunMessage[] = [];
  for (const { role, parts } of messages) {
    const redacted: RunPart[] = [];
    for (const part of parts)
      redacted.push(await redactPart(part, (text) => shorten(text, maxTexts)));
    redactedMessages.push({ role, parts: redacted });
  }
  const redactedSteps: RunStep[] = [];
  for (const step of steps) {
    redactedSteps.push({
      ...step,
      error: step.error && redact(step.error),
      cause: await shorten(step.cause),
      input: await shorten(step.input),
      output: await shorten(step.output),
    });
  }
  return {
    steps: redactedSteps,
    messages: redactedMessages,
    input: await shorten(input, maxTexts),
    output: await shorten(output, maxTexts),
  };
}

async function redactPart(
  part: RunPart,
  shorten: (text: string) => Promise<string | null>,
): Promise<RunPart> {
  const text = async (value: string) => (await shorten(value)) ?? "";
  switch (part.type) {
    case "text":
      return { ...part, text: await text(part.text) };
    case "tool_call":
      return { ...part, arguments: await text(part.arguments) };
    case "tool_result":
      return { ...part, content: await text(part.content) };
    case "other":
      return { ...part, json: await text(part.json) };
  }
}
