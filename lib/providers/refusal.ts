import "server-only";
import type { ProviderId } from "./schema";
import { tryParseJson } from "./wire";

/** A provider's refusal, parsed for the rules of `error-rules.ts`. */
export type Refusal = {
  provider: ProviderId;
  /** The HTTP status; for a 2xx or a stream, the status in the body, if any. */
  status: number | null;
  /**
   * The machine-readable values (type, code, status, reason, quotaId, …), in lower case, separated
   * by spaces.
   */
  tags: string;
  /** The human-readable message; empty if there is none. */
  message: string;
  /** True for a web page, or a 2xx that isn't JSON: another program answered. */
  isNotProvider: boolean;
};

const TAG_MEMBERS = new Set([
  "type",
  "code",
  "status",
  "reason",
  "quotaid",
  "__type",
  "error_code",
]);
/** Limits the work of the rules, whose patterns examine each character more than once. */
const MAX_CHARACTERS = 4000;
const MESSAGE_MEMBERS = ["message", "Message", "error_msg", "error_description", "detail"];

/** Parses a refusal in any provider's format. @param tag the error type of a header, if any */
export function readRefusal(
  provider: ProviderId,
  { status, tag, body }: { status: number | null; tag: string | null; body: string },
): Refusal {
  const value = tryParseJson(body);
  const isJson = typeof value === "object" && value !== null;
  const isFailure = status !== null && status >= 300;
  const tags = [tag ?? "", ...tagsIn(value)].join(" ").slice(0, MAX_CHARACTERS).toLowerCase();
  const named = isJson ? statusIn(value) : null;
  return {
    provider,
    status: isFailure ? status : named,
    tags,
    message: (isJson ? messageIn(value) : visibleText(body)).trim().slice(0, MAX_CHARACTERS),
    isNotProvider: !isJson && (!isFailure || /^\s*</.test(body)),
  };
}

function tagsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== "object" || value === null || depth > 6) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member === "object") return tagsIn(member, depth + 1);
    return typeof member === "string" && TAG_MEMBERS.has(name.toLowerCase()) ? [member] : [];
  });
}

function statusIn(value: object): number | null {
  const error = "error" in value ? value.error : value;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "number" && code >= 300 && code < 600 ? code : null;
}

function messageIn(value: object): string {
  const error = "error" in value ? value.error : value;
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  const members = new Map(Object.entries(error));
  const words = MESSAGE_MEMBERS.map((name) => members.get(name));
  return words.find((word) => typeof word === "string") ?? "";
}

/** The visible text of a web page. */
function visibleText(body: string): string {
  return withoutElements(body.slice(0, 10 * MAX_CHARACTERS), ["script", "style"])
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ");
}

/** In linear time, unlike a pattern that looks for the end of each unclosed element. */
function withoutElements(html: string, names: string[]): string {
  return names.reduce((rest, name) => {
    const [before = "", ...elements] = rest.split(new RegExp(`<${name}\\b`, "i"));
    const texts = elements.map((element) => {
      const end = element.search(new RegExp(`</${name}`, "i"));
      return end === -1 ? "" : element.slice(end);
    });
    return [before, ...texts].join(" ");
  }, html);
}
