import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";

const FileTimes = z.array(z.object({ file: z.string(), seconds: z.number() }));
export type FileTime = z.infer<typeof FileTimes>[number];

/** The times that `tests/support/file-times.ts` and `file-times-playwright.ts` write; none when it is missing. */
export function readTimes(path: string): FileTime[] {
  return existsSync(path) ? FileTimes.parse(JSON.parse(readFileSync(path, "utf8"))) : [];
}

const column = (seconds: number) => `${seconds.toFixed(1).padStart(8)} s`;

/** Lines for people: each phase, and the files that took longest, hooks and imports included. */
export function timeLines(phases: FileTime[], files: FileTime[], count = 15): string[] {
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, count);
  return [
    "Where the time went",
    ...phases.map(({ file, seconds }) => `${column(seconds)}  ${file}`),
    ...(slowest.length > 0 ? ["Slowest files (several run at once)"] : []),
    ...slowest.map(({ file, seconds }) => `${column(seconds)}  ${file}`),
  ];
}
