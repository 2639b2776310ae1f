import type { Finding, FindingCode } from "@/lib/findings/schema";
import { formatDay } from "@/lib/format";
import type { RuntimeCallable, RuntimeEvidence } from "@/lib/models/schema";
import { readCallerAnswer } from "@/lib/runtime/rules/caller-answer";
import { callerFailure, callerMessageOf } from "@/lib/runtime/rules/caller-failure";
import type { RunFailure } from "@/lib/runtime/schema";
import {
  alwaysRefused,
  describeRefusal,
  isOfToolNames,
  type KnownRefusal,
  meetsRefusal,
  refusalsAsOf,
  refusalsOfModel,
  refusedTool,
} from "./known-refusals";
import { type AgentRequest, describeRuntimeTest, lastRuntimeTest, latest } from "./runtime-tests";

/** What is known about a model and the runtime's request to it. */
export type RuntimeFacts = {
  pk: string;
  provider_id: string;
  model_id: string;
  display_name: string;
  runtime_evidence: readonly RuntimeEvidence[];
};

/** Whether the runtime can call a model, for agents with or without tools. */
export function runtimeCallable(model: RuntimeFacts): RuntimeCallable {
  const { runtime_evidence: tests, provider_id, model_id } = model;
  const answered = latest(tests.filter(({ outcome }) => outcome === "answered"));
  if (answered)
    return { runtime_callable: true, runtime_callable_because: describeRuntimeTest(answered) };
  const refused = latest(tests.filter((test) => isRefusal(test) && !isOfEmptyTools(model, test)));
  if (refused)
    return { runtime_callable: false, runtime_callable_because: describeRuntimeTest(refused) };
  const always = alwaysRefused(provider_id, model_id);
  if (always.length === 0) return { runtime_callable: null, runtime_callable_because: null };
  const names = always.join(" and ");
  const runtime_callable_because = `It refuses ${names}, which the runtime always sends (documented, as of ${refusalsAsOf}).`;
  return { runtime_callable: false, runtime_callable_because };
}

const isRefusal = ({ outcome }: RuntimeEvidence) =>
  outcome === "refused" || outcome === "unreadable";

/**
 * A refusal without tools says nothing about agents with tools if the provider refuses empty
 * lists.
 */
function isOfEmptyTools({ provider_id, model_id }: RuntimeFacts, test: RuntimeEvidence): boolean {
  const isKnown = refusalsOfModel(provider_id, model_id).some(
    ({ when }) => when === "without_tools",
  );
  return !test.with_tools && isKnown;
}

type RuntimeFindings = { blocking: Finding[]; warnings: Finding[] };

/** Findings of a switch to the model. @param others models to choose instead, by name */
export function runtimeFindings(
  model: RuntimeFacts,
  request: AgentRequest,
  others: readonly OtherModel[] = [],
): RuntimeFindings {
  const documented = documentedRefusal(model, request);
  const test = decisiveTest(model, request, documented);
  const finding = (code: FindingCode, severity: Finding["severity"], title: string) => ({
    code,
    severity,
    subject: { kind: "model", id: model.pk } as const,
    title,
  });
  const fix = documented?.tool ? toolFix : chooseAnother(others);
  if (test && isRefusal(test)) {
    const title =
      test.outcome === "refused"
        ? `${model.display_name} refused the runtime's request`
        : `The runtime can't read the answer of ${model.display_name}`;
    const refusedFinding = finding("runtime_request_refused", "error", title);
    return {
      blocking: [{ ...refusedFinding, evidence: describeRuntimeTest(test), fix }],
      warnings: [],
    };
  }
  if (test?.outcome === "too_slow") {
    const title = `${model.display_name} was slower than the machine waits`;
    const slowFinding = finding("runtime_too_slow", "error", title);
    const again = "Send it again if it was slow only once.";
    const tooSlow = { ...slowFinding, evidence: describeRuntimeTest(test), fix: `${fix} ${again}` };
    return { blocking: [tooSlow], warnings: [] };
  }
  if (test || !documented) return { blocking: [], warnings: [] };
  const { refusal, isCertain } = documented;
  const isEmptyTools = refusal.when === "without_tools";
  const code = isEmptyTools ? "agent_empty_tools_refused" : "runtime_parameter_refused";
  const title = isEmptyTools
    ? `${model.display_name} refuses requests without tools`
    : `${model.display_name} refuses ${refusal.parameter}`;
  const callFinding = finding(code, isCertain ? "error" : "warning", title);
  const sendIt = "Send the runtime's request to this model to see it.";
  const complete = {
    ...callFinding,
    evidence: describeDocumented(documented),
    fix: `${fix} ${sendIt}`,
  };
  return isCertain
    ? { blocking: [complete], warnings: [] }
    : { blocking: [], warnings: [complete] };
}

type Documented = {
  /** The refusal, with the request's own tool in its message. */
  refusal: KnownRefusal;
  isCertain: boolean;
  /** The refused tool; null if the refusal isn't about a tool. */
  tool: string | null;
};

/**
 * The first documented refusal that the request meets; for an agent with tools, also on the turn
 * after a tool call. It is certain if the machine's definition shows the request, except after a
 * tool call, because a run need not make one.
 */
function documentedRefusal(
  { provider_id, model_id }: RuntimeFacts,
  { with_tools, body = null, tool_names = [] }: AgentRequest,
): Documented | null {
  const isLater = ({ when }: KnownRefusal) => when === "after_tool_call";
  const matching = refusalsOfModel(provider_id, model_id).filter((refusal) =>
    meetsRefusal(refusal, { with_tools, body, tool_names }),
  );
  const refusal = matching.find((refusal) => !isLater(refusal)) ?? matching[0];
  if (!refusal) return null;
  const isCertain = body !== null && !isLater(refusal);
  const named = isOfToolNames(refusal) ? refusedTool(refusal, tool_names) : null;
  if (!named) return { refusal, isCertain, tool: null };
  const { tool, index } = named;
  const filled = filledBody(refusal.body, { tool, index, position: index + 1 });
  return { refusal: { ...refusal, body: filled }, isCertain, tool };
}

/** The last test of the request; null if a document about the agent's tool names decides. */
function decisiveTest(
  { runtime_evidence }: RuntimeFacts,
  request: AgentRequest,
  documented: Documented | null,
): RuntimeEvidence | null {
  if (documented && isOfToolNames(documented.refusal)) return null;
  return lastRuntimeTest(runtime_evidence, request);
}

function describeDocumented({ refusal, tool }: Documented): string {
  const condition = {
    always: `The runtime always sends ${refusal.parameter}.`,
    with_tools: "The runtime sends the agent's tools without reasoning_effort.",
    without_tools: "For an agent without tools the runtime sends an empty list.",
    duplicate_tools: `The agent sends the tool "${tool}" twice.`,
    misnamed_tools: `The agent sends a tool named "${tool}".`,
    after_tool_call: `After a tool's result the runtime returns the call without its ${refusal.parameter}.`,
  }[refusal.when];
  const note = refusal.note ? ` ${refusal.note}` : "";
  const words = describeRefusal(refusal);
  const quoted = /[.!?]$/.test(words) ? `"${words}"` : `"${words}".`;
  return `${condition} Documented answer, as of ${formatDay(refusalsAsOf)}: ${quoted}${note} Source: ${refusal.source[0]}`;
}

/** Another model that the agent can be switched to. */
export type OtherModel = {
  display_name: string;
  /** Whether it has answered the runtime's request. */
  has_answered: boolean;
};

const toolFix = "Register the tool under another name, or take it out of the agent's row.";

function chooseAnother(others: readonly OtherModel[]): string {
  const names = (list: readonly OtherModel[]) => list.map((model) => model.display_name).join(", ");
  const proven = others.filter(({ has_answered }) => has_answered);
  if (proven.length > 0) return `Choose a model that has answered it: ${names(proven)}.`;
  if (others.length > 0) return `Choose a model that isn't known to refuse it: ${names(others)}.`;
  return "Choose a model that answers the runtime's request.";
}

export type RequestVerdict = {
  status: "ok" | "broken" | "warning" | "unknown";
  detail: string;
  fix: string | null;
  /** Set only if the step is broken. */
  would_fail_with: RunFailure | null;
};

/** The trace step of the request: whether the provider accepts what the caller sends. */
export function requestVerdict(
  model: RuntimeFacts,
  request: AgentRequest & {
    /** The provider as the caller names it in its errors. */
    provider: string;
    temperature: number | null;
    state: string | null;
  },
): RequestVerdict {
  const documented = documentedRefusal(model, request);
  const test = decisiveTest(model, request, documented);
  const broken = (detail: string, would_fail_with: RunFailure | null): RequestVerdict => ({
    status: "broken",
    detail,
    fix: documented?.tool ? toolFix : "Switch to a model that answers the runtime's request.",
    would_fail_with,
  });
  if (test) {
    const detail = describeRuntimeTest(test);
    if (test.outcome === "answered")
      return { status: "ok", detail, fix: null, would_fail_with: null };
    return broken(detail, test.would_fail_with && inState(request.state, test.would_fail_with));
  }
  if (!documented) {
    const detail = "The runtime's request was never sent to this model.";
    return { status: "unknown", detail, fix: "Test it as this agent.", would_fail_with: null };
  }
  const { refusal, isCertain } = documented;
  const detail = describeDocumented(documented);
  if (!isCertain) {
    return { status: "warning", detail, fix: "Test it as this agent.", would_fail_with: null };
  }
  const { provider, transformer, temperature, state } = request;
  const sent = temperature === null ? "" : Math.fround(temperature);
  const answer = readCallerAnswer(transformer ?? "openai_v1", {
    provider_id: provider,
    status: refusal.status,
    body: JSON.stringify(filledBody(refusal.body, { model: model.model_id, temperature: sent })),
  });
  const failure = answer.understood ? null : callerFailure(answer.errorMessage, state ?? undefined);
  return broken(detail, failure);
}

/** The failure in the state that calls the model, whose name differs between machines. */
function inState(state: string | null, failure: RunFailure): RunFailure {
  return state === null || callerMessageOf(failure) === null ? failure : { ...failure, state };
}

function filledBody(
  body: KnownRefusal["body"],
  values: Record<string, string | number>,
): KnownRefusal["body"] {
  const names = new RegExp(`\\{(${Object.keys(values).join("|")})\\}`, "g");
  return JSON.parse(
    JSON.stringify(body).replace(names, (_, name: string) =>
      JSON.stringify(String(values[name])).slice(1, -1),
    ),
  );
}
