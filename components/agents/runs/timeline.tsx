import { useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { CodeBlock } from "@/components/ui/text/code-block";
import { StatusMark } from "@/components/ui/text/status";
import { formatDuration, pluralize } from "@/lib/format";
import type { RunDetails, RunStep } from "@/lib/runs/schema";
import { indentJson } from "./folded-text";
import { stepStatusLabels } from "./run-labels";

type Props = {
  run: Pick<RunDetails, "steps" | "started_at" | "stopped_at">;
  /** Milliseconds since 1970. */
  readAt: number;
};

type Span = { start: number; length: number };

/** The states of a run, each with its time. */
export function Timeline({ run: { steps, started_at, stopped_at }, readAt }: Props) {
  if (steps.length === 0) return <p className="text-ink-3">No state was entered.</p>;
  const start = Date.parse(started_at);
  const end = stopped_at ? Date.parse(stopped_at) : Math.max(readAt, start);
  const span = { start, length: Math.max(end - start, 1) };
  const failed = steps.findLastIndex(({ status }) => status === "failed");
  return (
    <>
      <p className="mb-2 text-sm text-ink-3">{pluralize(steps.length, "state")}</p>
      <ScrollRegion label="States of the run" className="max-h-160 overflow-y-auto">
        <ol>
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: states are only appended, and may repeat
            <Step key={index} step={step} span={span} isRevealed={index === failed} />
          ))}
        </ol>
      </ScrollRegion>
    </>
  );
}

/** Scrolls the timeline instead of the page, so that the state is in the middle. */
function reveal(state: HTMLElement | null) {
  const region = state?.closest("section");
  if (!state || !region) return;
  region.scrollTop = state.offsetTop - (region.clientHeight - state.offsetHeight) / 2;
}

/** Nested steps are indented up to this depth. */
const maxDepth = 4;

type StepProps = { step: RunStep; span: Span; isRevealed: boolean };

function Step({ step, span, isRevealed }: StepProps) {
  const { state, type, status, entered_at, exited_at, depth, error, cause } = step;
  const { tone, label } = stepStatusLabels[status];
  const entered = Date.parse(entered_at);
  const took = exited_at === null ? null : Date.parse(exited_at) - entered;
  const isBad = status === "failed";
  return (
    <li
      ref={isRevealed ? reveal : undefined}
      className="py-1.5 not-first:border-t not-first:border-line"
      style={{ paddingLeft: `${Math.min(depth, maxDepth) * 12}px` }}
    >
      <div className="flex items-baseline gap-2">
        <StatusMark tone={tone} label={label} />
        <span className={classNames("min-w-0 flex-1 wrap-anywhere", isBad && "font-semibold")}>
          {state} <span className="text-sm text-ink-3">{type}</span>
        </span>
        <span className="text-sm whitespace-nowrap text-ink-3 tabular-nums">
          {took === null ? label : formatDuration(Math.max(took, 0))}
        </span>
      </div>
      <Bar span={span} entered={entered} took={took} isBad={isBad} />
      {error && (
        <p className="mt-1 text-sm wrap-anywhere text-ink-2">
          <span className="font-mono">{error}</span>
          {cause && <span className="block">{cause}</span>}
        </p>
      )}
      <StepData step={step} />
    </li>
  );
}

type BarProps = { span: Span; entered: number; took: number | null; isBad: boolean };

/** The part of the run's duration in which the state was active. */
function Bar({ span, entered, took, isBad }: BarProps) {
  const from = clamp((entered - span.start) / span.length);
  const length = took === null ? 1 - from : clamp(took / span.length);
  return (
    <span aria-hidden="true" className="mt-1 block h-1 rounded-full bg-sunken">
      <span
        className={classNames(
          "block h-full min-w-0.5 rounded-full",
          isBad ? "bg-bad" : took === null ? "bg-accent" : "bg-line-strong",
        )}
        style={{
          marginLeft: `${Math.min(from, 0.99) * 100}%`,
          width: `${Math.min(length, 1 - Math.min(from, 0.99)) * 100}%`,
        }}
      />
    </span>
  );
}

const clamp = (share: number) => Math.min(Math.max(share, 0), 1);

function StepData({ step: { state, input, output } }: { step: RunStep }) {
  const [isOpen, setOpen] = useState(false);
  if (input === null && output === null) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="mt-0.5">
      <summary
        aria-label={`Input and output of ${state}`}
        className="w-fit rounded-sm text-sm text-ink-3 hover:text-ink"
      >
        Input and output
      </summary>
      {isOpen && (
        <div className="mt-1 flex flex-col gap-2">
          {input !== null && (
            <CodeBlock title="Input" what={`input of ${state}`} text={indentJson(input)} />
          )}
          {output !== null && (
            <CodeBlock title="Output" what={`output of ${state}`} text={indentJson(output)} />
          )}
        </div>
      )}
    </details>
  );
}
