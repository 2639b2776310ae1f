"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Conversation } from "@/components/agents/runs/conversation";
import { Button } from "@/components/ui/form/button";
import { Segmented } from "@/components/ui/form/segmented";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { CopyLink } from "@/components/ui/text/copy-link";
import { describeError } from "@/components/ui/text/describe-error";
import { RetryNote } from "@/components/ui/text/retry-note";
import type { AgentKey } from "@/lib/agents/schema";
import type { ContentPart, Message } from "@/lib/completions/schema";
import { pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { RunMessage, RunPart } from "@/lib/runs/schema";
import type { Trial, TrialCaseDetails, TrialCell } from "@/lib/trials/schema";
import { type Answer, AnswerPair } from "./answer-pair";
import { presentCell } from "./cell-labels";
import { trialQueries } from "./queries";
import { caseKinds, type TargetName } from "./trial-labels";

type Props = {
  agent: AgentKey;
  trial: Trial;
  names: readonly TargetName[];
  /** The visible cases, for Previous and Next. */
  cases: readonly number[];
  cell: TrialCell;
  canWrite: boolean;
  onOpen: (cell: TrialCell) => void;
  onClose: () => void;
};

/** One case on one model, beside the present model's answer. */
export function CellDialog(props: Props) {
  const { agent, trial, names, cell, canWrite, onClose } = props;
  const entry = trial.case_list.find(({ index }) => index === cell.case);
  const hasTexts = canWrite && trial.texts_deleted_at === null;
  const query = useQuery({
    ...trialQueries.caseOf(agent, trial.id, cell.case, trial.calls.done),
    placeholderData: (previous) => (previous?.index === cell.case ? previous : undefined),
    enabled: hasTexts,
  });
  return (
    <Dialog
      title={`Case ${cell.case + 1} on ${names[cell.target]?.name ?? "a model"}`}
      description={
        entry && (
          <span className="wrap-anywhere">
            {entry.run_id && caseKinds[entry.kind]}
            {entry.run_id && (
              <>
                {" of "}
                <Link
                  href={pages.agent(agent.agent_name, agent.version, {
                    tab: "runs",
                    run: entry.run_id,
                  })}
                  prefetch={false}
                  className="underline underline-offset-2"
                >
                  its run
                </Link>
              </>
            )}
          </span>
        )
      }
      size="lg"
      onClose={onClose}
      footer={<CellNavigation {...props} />}
    >
      <div className="flex flex-col gap-4 pb-2">
        {hasTexts && query.data && <SentMessages details={query.data} />}
        {hasTexts && !query.data && !query.error && (
          <Loading label="Loading the texts">
            <Skeleton className={entry?.kind === "after_tool" ? "h-9 w-full" : "h-28 w-full"} />
          </Loading>
        )}
        {hasTexts && query.error && (
          <RetryNote
            title="The texts couldn't be read."
            onRetry={() => query.refetch()}
            retrying={query.isFetching}
          >
            {describeError(query.error).detail}
          </RetryNote>
        )}
        <AnswerPair {...answersToCompare(props, query.data)} />
        {!hasTexts && (
          <p className="text-ink-3">
            {canWrite
              ? "The messages and answers of this trial were deleted."
              : "Only admins see what was sent and answered."}
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** The present model's answer and another model's, or the answer that the run recorded. */
function answersToCompare(
  { trial, names, cell }: Props,
  details: TrialCaseDetails | undefined,
): { base: Answer | null; answer: Answer } {
  const withTexts = (loaded: TrialCell) =>
    details?.cells.find(({ target }) => target === loaded.target) ?? loaded;
  const answer = { name: names[cell.target]?.name ?? "", trial, cell: withTexts(cell) };
  const present = presentCell(trial, cell);
  if (present && present !== cell) {
    const name = names[present.target]?.name ?? "";
    return { base: { name: `${name}, now`, trial, cell: withTexts(present) }, answer };
  }
  const recorded = details?.recorded;
  if (!recorded) return { base: null, answer };
  return {
    base: { name: `The run then, on ${recorded.model_id ?? "an unknown model"}`, recorded },
    answer: { ...answer, name: `${answer.name}, now` },
  };
}

/** The messages sent to the model, collapsed. */
function SentMessages({ details: { messages, expect } }: { details: TrialCaseDetails }) {
  if (messages === null) return null;
  return (
    <details className="rounded-md border border-line" open={messages.length === 1}>
      <summary className="rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-sunken">
        What was sent: {pluralize(messages.length, "message")} after the system prompt
      </summary>
      <div className="border-t border-line p-2.5">
        <Conversation messages={messages.map(toRunMessage)} isOpen={false} />
        {expect && (
          <p className="mt-2 text-sm wrap-anywhere text-ink-2">
            Expected: <span className="font-mono">{JSON.stringify(expect)}</span>
          </p>
        )}
      </div>
    </details>
  );
}

function toRunMessage({ role, content }: Message): RunMessage {
  if (typeof content === "string") return { role, parts: [{ type: "text", text: content }] };
  return { role, parts: content.map(toRunPart) };
}

function toRunPart(part: ContentPart): RunPart {
  switch (part.type) {
    case "text":
      return part;
    case "tool_call":
      return { ...part, arguments: JSON.stringify(part.arguments) };
    case "tool_result":
      return { type: "tool_result", id: part.tool_call_id, content: part.content };
    case "image":
      return { type: "other", json: JSON.stringify({ image: part.media_type }) };
  }
}

/** Moves to another model or case. */
function CellNavigation({ trial, names, cases, cell, onOpen }: Props) {
  const at = cases.indexOf(cell.case);
  const cellOf = (index: number | undefined, target: number) =>
    trial.cells.find((other) => other.case === index && other.target === target);
  const [previous, next] = [cases[at - 1], cases[at + 1]].map((index) =>
    cellOf(index, cell.target),
  );
  return (
    <>
      <Segmented
        label="Model"
        className="mr-auto max-w-full min-w-0 overflow-x-auto"
        value={String(cell.target)}
        options={names.map(({ name }, index) => ({ value: String(index), label: name }))}
        onChange={(target) => {
          const targetCell = cellOf(cell.case, Number(target));
          if (targetCell) onOpen(targetCell);
        }}
      />
      <CopyLink />
      <Button disabled={!previous} onClick={() => previous && onOpen(previous)}>
        Previous case
      </Button>
      <Button disabled={!next} onClick={() => next && onOpen(next)}>
        Next case
      </Button>
    </>
  );
}
