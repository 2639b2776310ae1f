import { ApiError, NetworkError } from "@/lib/api-client";

/** An error as a heading and a sentence that a reader can act on. Unknown ones stay general. */
export function errorInWords(error: unknown): {
  title: string;
  detail: string;
  requestId: string | null;
} {
  if (error instanceof ApiError) {
    const { title, detail, request_id } = error.problem;
    return { title, detail, requestId: request_id || null };
  }
  if (error instanceof NetworkError) {
    return { title: "No connection", detail: error.message, requestId: null };
  }
  return {
    title: "This page made a mistake",
    detail: "Reload it. If it happens again, it is a fault of the console and not of your data.",
    requestId: null,
  };
}
