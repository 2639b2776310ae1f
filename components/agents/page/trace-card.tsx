"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { agentQueries } from "@/components/agents/queries";
import { Card } from "@/components/ui/card";
import { classNames } from "@/components/ui/class-names";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { CodeBlock } from "@/components/ui/text/code-block";
import { CopyButton } from "@/components/ui/text/copy-button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { StatusMark } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import type { AgentRecord, Trace, TraceStep } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import { failureText } from "@/lib/runtime/rules/run-failures";
import { MachineDetails } from "./machine-details";
import {
  copyLabel,
  errorName,
  fixLink,
  type StepState,
  stepState,
  stepTitles,
} from "./trace-labels";
import { StepsSkeleton } from "./trace-skeleton";

/** Refetch interval, because keys and models change elsewhere. */
const everyMs = 15_000;

/** The path of the agent's next invocation, with the first broken step and its fix. */
export function TraceCard({ agent }: { agent: AgentRecord }) {
  const { agent_name, version, etag } = agent;
  const query = useQuery({
    ...agentQueries.trace(agent_name, version, etag),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: everyMs,
  });
  return (
    <Card title="Trace" className="lg:min-h-184">
      <QueryBoundary
        query={query}
        skeleton={<StepsSkeleton />}
        errorTitle="The trace could not be made"
      >
        {(trace) => (
          <TraceSteps
            agent={agent}
            trace={trace}
            stale={query.error}
            isFormer={query.isPlaceholderData}
          />
        )}
      </QueryBoundary>
    </Card>
  );
}

type TraceProps = {
  agent: AgentRecord;
  trace: Trace;
  stale: Error | null;
  /** True if the trace is from before the row's last change. */
  isFormer: boolean;
};

function TraceSteps({ agent, trace, stale, isFormer }: TraceProps) {
  return (
    <div aria-busy={isFormer} className={classNames(isFormer && "opacity-60")}>
      <p className="text-ink-3">
        {isFormer
          ? "The agent was changed. Reading it again…"
          : "What the next invocation will do."}{" "}
        <Source trace={trace} />
      </p>
      <Assumed trace={trace} />
      {stale && (
        <Note tone="warn" title="This may be out of date." live className="mt-2">
          {describeError(stale).detail}
        </Note>
      )}
      <Verdict agent={agent} trace={trace} />
      <ol className="mt-3">
        {trace.steps.map((step, index) => (
          <Step key={step.step} step={step} state={stepState(trace, index)} agent={agent} />
        ))}
      </ol>
      {trace.machine && <MachineDetails machine={trace.machine} />}
    </div>
  );
}

function Source({ trace: { machine, read_at, revision } }: { trace: Trace }) {
  if (!machine || !read_at) return null;
  return (
    <span title={`Revision ${revision}`}>
      Read from the definition of {machine.name}
      {machine.machine_version && `, version ${machine.machine_version},`}{" "}
      <RelativeTime at={read_at} />. {machine.alias && aliasText(machine.alias)}
    </span>
  );
}

/** Where an alias sends its runs. */
function aliasText({ name, routing }: NonNullable<NonNullable<Trace["machine"]>["alias"]>) {
  const routes = routing.filter(({ weight }) => weight > 0);
  const parts = routes.map(({ version, weight }) => `${weight}% of the runs to version ${version}`);
  if (parts.length > 1) return `Its alias ${name} sends ${parts.join(" and ")}.`;
  return `Its alias ${name} leads there.`;
}

/** Why the trace is based on the configuration, and the permission that would change that. */
function Assumed({ trace: { assumed_because } }: { trace: Trace }) {
  if (!assumed_because) return null;
  return (
    <Note tone="warn" title="Assumed from the console's configuration." className="mt-2">
      {assumed_because.why}
      {assumed_because.statement && (
        <CodeBlock
          title="Add this statement to the role's policy"
          what="policy statement"
          text={JSON.stringify(JSON.parse(assumed_because.statement), null, 2)}
        />
      )}
    </Note>
  );
}

function Verdict({ agent, trace }: Pick<TraceProps, "agent" | "trace">) {
  const { would_fail_with: failure } = trace;
  if (!trace.ok) {
    return (
      <Note
        tone="bad"
        title={failure ? `The run would fail: ${failureText(failure)}` : "The run would fail."}
        live
        className="mt-2"
      >
        {failure && (
          <>
            Step Functions reports <span className="font-mono">{errorName(failure.error)}</span>
            {failure.state && <> in the state “{failure.state}”</>}.
          </>
        )}
      </Note>
    );
  }
  if (agent.runtime?.read_by_machine === false) {
    return <Note tone="warn" title="This row never runs." live className="mt-2" />;
  }
  if (!agent.unified && trace.source === "assumed") {
    return (
      <Note tone="info" title="Nothing that can be seen is broken." live className="mt-2">
        It runs on the older caller: what is compiled into its state machine is not visible here.
      </Note>
    );
  }
  const warnings = trace.steps.filter(({ status }) => status === "warning").length;
  if (warnings > 0) {
    const title = `No link is broken. ${pluralize(warnings, "warning")}.`;
    return <Note tone="warn" title={title} live className="mt-2" />;
  }
  const isUnknown = trace.steps.some(
    ({ step, status }) => step === "model_row" && status === "unknown",
  );
  return isUnknown ? (
    <Note tone="info" title="Nothing that can be seen is broken." live className="mt-2" />
  ) : (
    <Note tone="good" title="No link is broken." live className="mt-2" />
  );
}

type StepProps = { step: TraceStep; state: StepState; agent: AgentRecord };

function Step({ step, state, agent }: StepProps) {
  const { tone, label, isBreak, isGrey } = state;
  return (
    <li
      aria-current={isBreak ? "step" : undefined}
      className="group/step relative flex gap-2.5 pb-3 last:pb-0"
    >
      <span
        aria-hidden="true"
        className={classNames(
          "absolute top-5 bottom-0 left-2 border-l-2 group-last/step:hidden",
          isBreak ? "border-dashed border-bad" : "border-line",
        )}
      />
      <span className="flex h-5 w-4.5 shrink-0 items-center justify-center">
        <StatusMark tone={tone} />
      </span>
      <div className={classNames("min-w-0 flex-1", isGrey && "text-ink-3")}>
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h3
            className={isBreak ? "font-semibold" : isGrey ? undefined : "font-medium"}
            title={step.state ? `State: ${step.state}` : undefined}
          >
            {stepTitles[step.step]}
          </h3>
          {isBreak ? (
            <Tag tone="bad">{label}</Tag>
          ) : (
            <span className="text-sm text-ink-3">{label}</span>
          )}
        </div>
        {step.value !== null && <Value step={step} value={step.value} isBreak={isBreak} />}
        {!isGrey && <p className="text-sm wrap-anywhere text-ink-2">{step.detail}</p>}
        {step.fix && <Fix step={step} agent={agent} />}
      </div>
    </li>
  );
}

function Value({ step, value, isBreak }: { step: TraceStep; value: string; isBreak: boolean }) {
  const name = copyLabel(step);
  return (
    <p className="flex items-start gap-1">
      <span
        className={classNames("min-w-0 font-mono text-sm wrap-anywhere", isBreak && "text-bad")}
      >
        {value}
      </span>
      {name && <CopyButton value={value} what={name} className="-my-0.5 shrink-0" />}
    </p>
  );
}

function Fix({ step, agent }: Omit<StepProps, "state">) {
  const link = fixLink(step, agent);
  return (
    <p className="text-sm wrap-anywhere">
      <span className="font-medium">Fix:</span> {step.fix}{" "}
      {link && (
        <Link href={link.href} prefetch={false} className="text-accent underline">
          {link.label}
        </Link>
      )}
    </p>
  );
}
