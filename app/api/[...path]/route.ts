import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/route";

/** Answers unknown API paths with a problem response instead of the HTML page. */
async function rejectUnknown(): Promise<never> {
  const message =
    "Nothing exists at this address. An ID in a path must be a single percent-encoded segment.";
  throw new AppError("not_found", message);
}

export const GET = route("getUnknown", rejectUnknown);
export const POST = route("postUnknown", rejectUnknown);
export const PUT = route("putUnknown", rejectUnknown);
export const PATCH = route("patchUnknown", rejectUnknown);
export const DELETE = route("deleteUnknown", rejectUnknown);
