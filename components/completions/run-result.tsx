import { Note } from "@/components/ui/note";
import { Status } from "@/components/ui/status";
import type { CompletionDone, ToolCall } from "@/lib/completions/schema";
import { FailureNote, RefusalNote } from "./failure-note";
import { costWords, durationWords } from "./figures";
import type { TestRun } from "./test-run";

type Props = { run: TestRun | null; provider: string };

/** What came of a run. The state line is spoken; the text itself is not read out bit by bit. */
export function RunResult({ run, provider }: Props) {
  return (
    <div className="mt-3 flex flex-col gap-2.5">
      <div role="status" className="empty:hidden">
        {run && <StateLine run={run} />}
      </div>
      {run && <Answer run={run} />}
      {run?.done && <Figures done={run.done} />}
      {run?.done?.simulated && (
        <Note tone="warn" title="Simulated.">
          The local simulator answered, not the provider: the text, times and tokens are its own,
          and nothing was charged.
        </Note>
      )}
      {run?.failure && <FailureNote failure={run.failure} provider={provider} />}
      {run?.state === "refused" && <RefusalNote error={run.refusal} />}
    </div>
  );
}

function StateLine({ run }: { run: TestRun }) {
  switch (run.state) {
    case "running":
      return <Status tone="off">{run.text ? "Answering" : "Waiting for the first token"}</Status>;
    case "stopped":
      return <Status tone="warn">Stopped. The provider's stream was closed.</Status>;
    case "done":
      return (
        <Status tone="good">
          Answered in {durationWords(run.done?.latency_ms ?? 0)}
          {run.done?.simulated && ", simulated"}
        </Status>
      );
    default:
      return <Status tone="bad">{run.text ? "Broke off" : "No answer"}</Status>;
  }
}

function Answer({ run }: { run: TestRun }) {
  const { text, toolCalls, state } = run;
  if (text === "" && toolCalls.length === 0) {
    if (state !== "done") return null;
    return <p className="text-ink-3">The model answered without text.</p>;
  }
  return (
    <section
      aria-label="Answer"
      aria-busy={state === "running"}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer scrolls, by keys too
      tabIndex={0}
      className="max-h-80 overflow-y-auto rounded-md border border-line bg-sunken px-2.5 py-2 whitespace-pre-wrap wrap-anywhere"
    >
      {text}
      {toolCalls.map((call) => (
        <ToolCallLine key={call.id} call={call} />
      ))}
    </section>
  );
}

function ToolCallLine({ call }: { call: ToolCall }) {
  return (
    <p className="font-mono text-sm">
      {call.name}({JSON.stringify(call.arguments)})
    </p>
  );
}

function Figures({ done }: { done: CompletionDone }) {
  const { usage } = done;
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-x-4 gap-y-2">
      <Figure name="First token">
        {done.first_token_ms === null ? "none came" : durationWords(done.first_token_ms)}
      </Figure>
      <Figure name="Total time">{durationWords(done.latency_ms)}</Figure>
      <Figure name="Tokens in">{usage.input_tokens.toLocaleString("en-US")}</Figure>
      <Figure name="Tokens out">{usage.output_tokens.toLocaleString("en-US")}</Figure>
      <Figure name={done.simulated && done.cost_usd !== null ? "Cost, if it were real" : "Cost"}>
        {costWords(done.cost_usd)}
      </Figure>
      <Figure name="Ended because">{done.stop_reason}</Figure>
    </dl>
  );
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}
