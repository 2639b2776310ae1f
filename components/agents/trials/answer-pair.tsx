import { Fragment, type ReactNode } from "react";
import { FoldedText } from "@/components/agents/runs/folded-text";
import { CallCost, CallPrices } from "@/components/prices/call-cost";
import { type DiffLine, diffLines, diffWords, type WordPart } from "@/components/ui/text/line-diff";
import { Note } from "@/components/ui/text/note";
import { Status } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import type { ToolCall } from "@/lib/completions/schema";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import { modelPk } from "@/lib/models/schema";
import type { Trial, TrialCaseDetails, TrialCell } from "@/lib/trials/schema";
import { describeCell } from "./cell-labels";

type Recorded = NonNullable<TrialCaseDetails["recorded"]>;

/** A model's answer, or the recorded answer of a run. */
export type Answer = { name: string } & (
  | { trial: Trial; cell: TrialCell; recorded?: undefined }
  | { recorded: Recorded; cell?: undefined }
);

/** One of two texts by line; `isChanged` marks what differs from the other text. */
type MarkedLines = WordPart[][];

/** With a smaller common share, marks would cover almost everything. */
const minCommonShare = 0.2;

type Props = { base: Answer | null; answer: Answer };

const textOf = ({ cell, recorded }: Answer) => (cell ?? recorded)?.text ?? null;
const callsOf = ({ cell, recorded }: Answer) => (cell ?? recorded)?.tool_calls ?? [];

/** Two answers side by side, with differences marked in both. */
export function AnswerPair({ base, answer }: Props) {
  const texts = base ? [textOf(base), textOf(answer)] : [];
  const [before, after] = texts;
  const marked = before && after ? markDifferences(before, after) : undefined;
  return (
    <>
      <div className="grid gap-x-5 gap-y-6 sm:grid-cols-2">
        {base && <Side answer={base} other={answer} marked={marked?.a} />}
        <Side answer={answer} other={base} marked={marked?.b} />
      </div>
      {marked === null && (
        <p className="text-sm text-ink-3">
          The two texts have too little in common to mark what differs.
        </p>
      )}
    </>
  );
}

type SideProps = { answer: Answer; other: Answer | null; marked: MarkedLines | undefined };

function Side({ answer, other, marked }: SideProps) {
  const { name, cell } = answer;
  const text = textOf(answer);
  return (
    <section aria-label={name} className="flex min-w-0 flex-col gap-3">
      <div>
        <h3 className="font-medium wrap-anywhere">{name}</h3>
        {cell && <State trial={answer.trial} cell={cell} />}
      </div>
      {cell?.explained && (
        <Note tone="bad" title={`${cell.explained.title}.`}>
          {cell.explained.fix}
        </Note>
      )}
      {cell?.would_fail_with && (
        <div className="text-sm text-ink-2">
          <p>
            The run would fail{" "}
            {cell.would_fail_with.state && <>in “{cell.would_fail_with.state}” </>}with{" "}
            <span className="font-mono wrap-anywhere">{cell.would_fail_with.error}</span>
          </p>
          {cell.would_fail_with.cause && (
            <p className="mt-1 font-mono text-xs wrap-anywhere">{cell.would_fail_with.cause}</p>
          )}
        </div>
      )}
      {callsOf(answer).map((call, index) => (
        <CallTable
          // biome-ignore lint/suspicious/noArrayIndexKey: a finished answer doesn't change
          key={index}
          call={call}
          other={other && sameCall(other, call)}
          cell={cell}
        />
      ))}
      {text && <AnswerText text={text} marked={marked} />}
      <Figures answer={answer} />
    </section>
  );
}

function State({ trial, cell }: { trial: Trial; cell: TrialCell }) {
  const { tone, label, isName, notes } = describeCell(trial, cell);
  // If the calls themselves aren't visible, only their names are left.
  const answered = cell.tool_calls === null ? label : "a tool";
  const isPlain = cell.tool_calls !== null && notes.length === 0;
  const state = isName ? (isPlain ? "Answered" : `Answered with ${answered}`) : label;
  return (
    <Status tone={tone} className="whitespace-normal!">
      {[state, ...(cell.outcome === "failed" ? [] : notes)].join(", ")}
    </Status>
  );
}

/** The call of the same tool in the other answer; null if it has none. */
function sameCall(other: Answer, call: ToolCall): ToolCall | null {
  return callsOf(other).find(({ name }) => name === call.name) ?? null;
}

type CallProps = {
  call: ToolCall;
  /** Null if the other answer doesn't call this tool, or there is none. */
  other: ToolCall | null;
  cell: TrialCell | undefined;
};

/** A tool call's arguments as a table, with differences marked. */
function CallTable({ call, other, cell }: CallProps) {
  const values = entriesOf(call.arguments);
  const otherEntries = new Map(other ? entriesOf(other.arguments) : []);
  return (
    <div className="min-w-0 rounded-md border border-line">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 px-2.5 py-1.5">
        <span className="min-w-0 font-mono text-sm font-medium wrap-anywhere">{call.name}</span>
        {cell?.arguments_valid === true && <Tag tone="good">Valid arguments</Tag>}
        {cell?.arguments_valid === false && <Tag tone="bad">Invalid arguments</Tag>}
      </p>
      {cell?.arguments_errors && cell.arguments_errors.length > 0 && (
        <ul className="px-2.5 pb-1.5 text-sm text-bad">
          {cell.arguments_errors.map((error) => (
            <li key={error} className="wrap-anywhere">
              {error}
            </li>
          ))}
        </ul>
      )}
      <table className="w-full table-fixed border-t border-line text-left text-sm">
        <caption className="sr-only">Arguments of {call.name}</caption>
        <tbody>
          {values.length === 0 && (
            <tr>
              <td className="px-2.5 py-1 text-ink-3">No arguments</td>
            </tr>
          )}
          {values.map(([name, value]) => (
            <tr key={name} className="border-t border-line align-top first:border-t-0">
              <th scope="row" className="w-[35%] px-2.5 py-1 font-normal wrap-anywhere text-ink-3">
                {name}
              </th>
              <td className="px-2.5 py-1 font-mono text-xs leading-4.5 wrap-anywhere whitespace-pre-wrap">
                {other !== null && otherEntries.get(name) !== value ? (
                  <Differs>{value}</Differs>
                ) : (
                  value
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The arguments by name, as text. Anything but an object counts as one value. */
function entriesOf(value: unknown): [name: string, value: string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [["(not an object)", JSON.stringify(value) ?? "nothing"]];
  }
  return Object.entries(value).map(([name, part]) => [
    name,
    typeof part === "string" ? part : JSON.stringify(part, null, 2),
  ]);
}

function Differs({ children }: { children: string }) {
  return (
    <mark className="rounded-sm bg-warn-wash text-inherit underline decoration-warn decoration-1 underline-offset-3">
      {children}
    </mark>
  );
}

const maxMarked = 20_000;

function AnswerText({ text, marked }: { text: string; marked: MarkedLines | undefined }) {
  if (!marked || text.length > maxMarked) return <FoldedText text={text} what="answer" />;
  return (
    <div className="whitespace-pre-wrap wrap-anywhere">
      {marked.map((parts, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a finished answer doesn't change
        <div key={index} className="min-h-5">
          {parts.map((part, at) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            part.isChanged ? <Differs key={at}>{part.text}</Differs> : part.text,
          )}
        </div>
      ))}
    </div>
  );
}

const verdictLabels = {
  better: "better",
  same: "the same",
  worse: "worse",
  unclear: "unclear: no winner in both orders",
} as const;

function Figures({ answer }: { answer: Answer }) {
  const { cell, recorded } = answer;
  const { latency_ms, input_tokens, output_tokens } = cell ?? recorded ?? noFigures;
  const tokens = (count: number | null) => (count === null ? "not reported" : formatCount(count));
  const figures: [string, ReactNode][] = [
    ["Time", latency_ms === null ? "–" : formatDuration(latency_ms)],
    ["Tokens in", tokens(input_tokens)],
    ["Tokens out", tokens(output_tokens)],
  ];
  if (cell) {
    const { cost_usd, stop_reason, verdict, expectations_met, same_as_run } = cell;
    const target = answer.trial.targets[cell.target];
    const isPriced = cost_usd !== null && target !== undefined;
    figures.push([
      "Cost",
      <Fragment key="cost">
        {isPriced ? (
          <CallCost usd={cost_usd} pk={modelPk(target)} note="At the price in force then." />
        ) : (
          formatMoney(cost_usd, { significantDigits: 3 })
        )}
        <CallPrices of={cell} />
      </Fragment>,
    ]);
    if (stop_reason) figures.push(["Ended because", stop_reason]);
    if (same_as_run !== null) figures.push(["Same tool as the run", same_as_run ? "yes" : "no"]);
    if (expectations_met !== null)
      figures.push(["Expectations met", expectations_met ? "yes" : "no"]);
    if (verdict) figures.push(["Judged", verdictLabels[verdict]]);
  }
  return (
    <dl className="mt-auto grid grid-cols-[repeat(auto-fill,minmax(96px,1fr))] gap-x-4 gap-y-2 border-t border-line pt-2">
      {figures.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-sm text-ink-3">{name}</dt>
          <dd className="wrap-anywhere tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const noFigures = { latency_ms: null, input_tokens: null, output_tokens: null };

/** Marks the differences between two texts in both of them; null if they have too little in common. */
function markDifferences(a: string, b: string): { a: MarkedLines; b: MarkedLines } | null {
  const lines = diffLines(a, b);
  const words = diffWords(lines);
  const side = (changedKind: DiffLine["kind"]): MarkedLines =>
    lines
      .filter(({ kind }) => kind === "same" || kind === changedKind)
      .map(
        (line) => words.get(line) ?? [{ text: line.text, isChanged: line.kind === changedKind }],
      );
  const marked = { a: side("removed"), b: side("added") };
  const longer = Math.max(a.length, b.length);
  return longer > 0 && commonLength(marked.a) < minCommonShare * longer ? null : marked;
}

function commonLength(lines: MarkedLines): number {
  const parts = lines.flat().filter(({ isChanged }) => !isChanged);
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}
