"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { agentQueries } from "@/components/agents/queries";
import { Card } from "@/components/ui/card";
import { classNames } from "@/components/ui/class-names";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { CopyButton } from "@/components/ui/text/copy-button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { StatusMark } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import type { AgentRecord, Trace, TraceStep } from "@/lib/agents/schema";
import { StepsSkeleton } from "./trace-skeleton";
import { copyLabel, fixLink, type StepState, stepState, stepTitles } from "./trace-words";

/** Refetch interval; keys and models change elsewhere. */
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
    <Card title="Trace">
      <QueryBoundary
        query={query}
        skeleton={<StepsSkeleton />}
        errorTitle="The trace could not be made"
      >
        {(trace) => <TraceSteps agent={agent} trace={trace} stale={query.error} />}
      </QueryBoundary>
    </Card>
  );
}

type TraceProps = { agent: AgentRecord; trace: Trace; stale: Error | null };

function TraceSteps({ agent, trace, stale }: TraceProps) {
  return (
    <>
      <p className="text-ink-3">What the next invocation will do.</p>
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
    </>
  );
}

function Verdict({ agent, trace }: Omit<TraceProps, "stale">) {
  if (!trace.ok) {
    const title = trace.would_fail_with
      ? `The run would fail with “${trace.would_fail_with}”.`
      : "The run would fail.";
    return <Note tone="bad" title={title} live className="mt-2" />;
  }
  if (!agent.unified) {
    return (
      <Note tone="info" title="Nothing that can be seen is broken." live className="mt-2">
        It runs on the older caller: what is compiled into its state machine is not visible here.
      </Note>
    );
  }
  return <Note tone="good" title="No link is broken." live className="mt-2" />;
}

type StepProps = { step: TraceStep; state: StepState; agent: AgentRecord };

function Step({ step, state, agent }: StepProps) {
  const { tone, word, isBreak, isGrey } = state;
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
          <h3 className={isBreak ? "font-semibold" : isGrey ? undefined : "font-medium"}>
            {stepTitles[step.step]}
          </h3>
          {isBreak ? (
            <Tag tone="bad">{word}</Tag>
          ) : (
            <span className="text-sm text-ink-3">{word}</span>
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
  const place = fixLink(step, agent);
  return (
    <p className="text-sm wrap-anywhere">
      <span className="font-medium">Fix:</span> {step.fix}{" "}
      {place && (
        <Link href={place.href} prefetch={false} className="text-accent underline">
          {place.label}
        </Link>
      )}
    </p>
  );
}
