import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";

const FileTime = z.object({ file: z.string(), seconds: z.number() });
const Failure = z.object({ file: z.string(), title: z.string(), message: z.string() });
const RunRecord = z.object({ times: z.array(FileTime), failures: z.array(Failure) });

export type FileTime = z.infer<typeof FileTime>;
export type Failure = z.infer<typeof Failure>;
export type RunRecord = z.infer<typeof RunRecord>;

/** The record of `tests/support/run-record-*.ts`; empty if the runner ended before writing it. */
export function readRunRecord(path: string): RunRecord {
  if (!existsSync(path)) return { times: [], failures: [] };
  return RunRecord.parse(JSON.parse(readFileSync(path, "utf8")));
}

const column = (seconds: number) => `${seconds.toFixed(1).padStart(8)} s`;

/** Lines for people: each phase, and the files that took longest, hooks and imports included. */
export function timeLines(phases: FileTime[], files: FileTime[], count = 15): string[] {
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, count);
  return [
    "Where the time went",
    ...phases.map(({ file, seconds }) => `${column(seconds)}  ${file}`),
    ...(slowest.length > 0 ? ["Slowest files (several run at once)"] : []),
    ...slowest.map(({ file, seconds }) => `${column(seconds)}  ${file}`),
  ];
}

const maxMessageLines = 12;
const maxLineLength = 240;

function messageLines(message: string): string[] {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(0, maxMessageLines).map((line) => `      ${line.slice(0, maxLineLength)}`);
}

/** Lines for people: each failure with its file, title and the start of its message. */
export function failureLines(failures: Failure[], count = 20): string[] {
  if (failures.length === 0) return [];
  const rest = failures.length - count;
  return [
    "What failed",
    ...failures
      .slice(0, count)
      .flatMap(({ file, title, message }) => [`  ${file} > ${title}`, ...messageLines(message)]),
    ...(rest > 0 ? [`  and ${rest} more (see above)`] : []),
  ];
}
