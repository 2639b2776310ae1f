import { CallCost, CallPrices } from "@/components/prices/call-cost";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { CodeBlock } from "@/components/ui/text/code-block";
import { Status } from "@/components/ui/text/status";
import type { CompletionDone, RawExchange, ToolCall } from "@/lib/completions/schema";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import { reachedLimitBeforeAnswer } from "@/lib/models/rules/answered";
import { FailureNote, type FixHandlers, RefusalNote } from "./failure-note";
import { SimulatedNote } from "./simulated-note";
import type { TestRun } from "./test-run";

type Props = {
  run: TestRun | null;
  provider: string;
  handlers: FixHandlers;
  /** With several columns, the screen explains "simulated" once. */
  isOneOfMany?: boolean;
};

/** The result of a run. Screen readers announce the state line, not the streamed text. */
export function RunResult({ run, provider, handlers, isOneOfMany }: Props) {
  const raw = run?.done?.raw ?? run?.failure?.raw;
  return (
    <div className="flex flex-col gap-2.5">
      <div role="status" className="empty:hidden">
        {run && <StateLine run={run} />}
      </div>
      {run && <Answer run={run} />}
      {run?.done && <Figures done={run.done} pk={pkOf(run)} />}
      {run?.done?.simulated && !isOneOfMany && <SimulatedNote />}
      {run?.failure && (
        <FailureNote
          failure={run.failure}
          retryAt={run.retryAt}
          provider={provider}
          request={run.request}
          handlers={handlers}
        />
      )}
      {run?.state === "refused" && (
        <RefusalNote error={run.refusal} onAgain={() => handlers.again({})} />
      )}
      {raw && <RawView raw={raw} />}
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
      if (run.done && reachedLimitBeforeAnswer(run.done)) {
        return <Status tone="warn">No answer within max tokens</Status>;
      }
      return (
        <Status tone="good">
          Answered in {formatDuration(run.done?.latency_ms ?? 0)}
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
    if (!run.done || !reachedLimitBeforeAnswer(run.done)) {
      return <p className="text-ink-3">The model answered without text.</p>;
    }
    return (
      <p className="text-ink-2">
        The model used up max tokens before it wrote anything, probably by thinking. Raise max
        tokens and run it again.
      </p>
    );
  }
  return (
    <ScrollRegion
      label="Answer"
      isBusy={state === "running"}
      className="max-h-80 overflow-y-auto rounded-md border border-line bg-sunken px-2.5 py-2 whitespace-pre-wrap wrap-anywhere"
    >
      {text}
      {toolCalls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls are only appended, and some providers send no ID
        <ToolCallBlock key={index} call={call} isFirst={text === "" && index === 0} />
      ))}
    </ScrollRegion>
  );
}

function ToolCallBlock({ call, isFirst }: { call: ToolCall; isFirst: boolean }) {
  return (
    <div className={isFirst ? "" : "mt-2 border-t border-line pt-2"}>
      <p className="text-sm text-ink-3">
        Calls <span className="font-mono font-medium text-ink">{call.name}</span>
      </p>
      <pre className="mt-0.5 font-mono text-sm whitespace-pre-wrap">
        {JSON.stringify(call.arguments, null, 2)}
      </pre>
    </div>
  );
}

const pkOf = ({ request: { provider, model_id } }: TestRun) => `${provider}#${model_id}`;

function Figures({ done, pk }: { done: CompletionDone; pk: string }) {
  const { usage } = done;
  const isHypothetical = done.simulated && done.cost_usd !== null;
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-x-4 gap-y-2">
      <Figure name="First token">
        {done.first_token_ms === null ? "none came" : formatDuration(done.first_token_ms)}
      </Figure>
      <Figure name="Total time">{formatDuration(done.latency_ms)}</Figure>
      <Figure name="Tokens in">{reported(usage.input_tokens)}</Figure>
      <Figure name="Tokens out">{reported(usage.output_tokens)}</Figure>
      <TokenFigure name="Read from cache" tokens={usage.cache_read_tokens} />
      <TokenFigure name="Written to cache" tokens={usage.cache_write_tokens} />
      <TokenFigure name="For reasoning" tokens={usage.reasoning_tokens} />
      <Figure name={isHypothetical ? "Cost, if it were real" : "Cost"}>
        {!isCounted(usage) && "no usage reported"}
        {isCounted(usage) &&
          (done.cost_usd === null ? formatMoney(null) : <CallCost usd={done.cost_usd} pk={pk} />)}
        <CallPrices of={done} />
      </Figure>
      <Figure name="Ended because">{done.stop_reason}</Figure>
    </dl>
  );
}

function isCounted({ input_tokens, output_tokens }: CompletionDone["usage"]): boolean {
  return input_tokens !== null && output_tokens !== null;
}

function reported(tokens: number | null): string {
  return tokens === null ? "not reported" : formatCount(tokens);
}

/** Part of the input or output tokens; omitted if the provider doesn't report it. */
function TokenFigure({ name, tokens }: { name: string; tokens: number | undefined }) {
  return tokens ? <Figure name={name}>{formatCount(tokens)}</Figure> : null;
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

/** The raw exchange with the provider, collapsed. */
function RawView({ raw }: { raw: RawExchange }) {
  const { request, response } = raw;
  return (
    <details className="group rounded-md border border-line">
      <summary className="rounded-md px-2.5 py-1.5 text-sm text-ink-2 hover:bg-sunken">
        Raw request and response
      </summary>
      <div className="flex flex-col gap-2 border-t border-line px-2.5 py-2">
        <p className="text-sm text-ink-3">Keys are removed.</p>
        <CodeBlock
          title="Request"
          what="raw request"
          text={`${request.method} ${request.url}\n${written(request.headers, request.body)}`}
        />
        {response ? (
          <CodeBlock
            title="Response"
            what="raw response"
            text={`Status ${response.status}\n${written(response.headers, response.body)}`}
          />
        ) : (
          <p className="text-sm text-ink-2">No response came.</p>
        )}
      </div>
    </details>
  );
}

function written(headers: Record<string, string>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, "", indented(body)].join("\n");
}

/** Indents JSON; leaves other bodies (a stream, a page, a truncated body) unchanged. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
