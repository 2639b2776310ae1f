import { ApiError, ReadableError } from "@/lib/api/client";

/** A heading and a sentence that a person can act on; generic for unknown errors. */
export function describeError(error: unknown): {
  title: string;
  detail: string;
  requestId: string | null;
} {
  if (error instanceof ApiError) {
    const { title, detail, request_id, status } = error.problem;
    const missing = missingNames(error);
    if (status === 401) {
      const ended = "Your session has ended. Sign in again, then try again.";
      return { title, detail: ended, requestId: request_id || null };
    }
    return {
      title,
      detail: missing.length > 0 ? describeMissing(missing) : detail,
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

/** Without commands, because they are at the top of the page. */
function describeMissing(names: readonly string[]): string {
  const verb = names.length === 1 ? "does" : "do";
  return `${names.join(", ")} ${verb} not exist in this account and region. The note at the top of the page says where the console looked and how to create what is missing. If you don't see it, reload the page.`;
}

/** The names of missing parts from a 409 `setup_incomplete`; otherwise empty. */
function missingNames(error: ApiError): string[] {
  const { missing } = error.problem;
  if (!Array.isArray(missing)) return [];
  // The API sends the name of each missing part (lib/setup/schema).
  return (missing as { name: string }[]).map(({ name }) => name);
}
