import { ApiError, ReadableError } from "@/lib/api/client";

/** An error as a heading and a sentence that a reader can act on. Unknown ones stay general. */
export function errorInWords(error: unknown): {
  title: string;
  detail: string;
  requestId: string | null;
} {
  if (error instanceof ApiError) {
    const { title, detail, request_id } = error.problem;
    const missing = missingOf(error).map(({ name }) => name);
    const short = `${missing.join(", ")} ${missing.length === 1 ? "does" : "do"} not exist in this account and region. Reload the page: its top has the command that adds what is missing.`;
    const ended = "Your session has ended. Sign in again, then try again.";
    const told = error.problem.status === 401 ? ended : detail;
    return {
      title,
      detail: missing.length > 0 ? short : told,
      requestId: request_id || null,
    };
  }
  if (error instanceof ReadableError) {
    return { title: error.title, detail: error.message, requestId: null };
  }
  return {
    title: "This page made a mistake",
    detail: "Reload it. If it happens again, it is a fault of the console and not of your data.",
    requestId: null,
  };
}

type Missing = { name: string; command: string };

/** What the account lacks, by a 409 `setup_incomplete` that says so; empty for every other failure. */
export function missingOf(error: unknown): Missing[] {
  if (!(error instanceof ApiError) || !Array.isArray(error.problem.missing)) return [];
  return error.problem.missing as Missing[]; // The API sends both with each (lib/setup/schema).
}
