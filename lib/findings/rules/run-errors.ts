import type { RunDiagnosis } from "@/lib/checks/schema";
import table from "@/lib/findings/run-errors.json";
import type { Finding, FindingCode } from "@/lib/findings/schema";

type RunError = {
  code: string;
  /** Parts of a normalized text; `*` stands for at most `gap` characters. */
  texts: string[];
  /** Texts that precede the model's ID. */
  ids?: string[];
  /** Makes every run fail until someone repairs the cause. */
  lasts?: true;
  /** Dropped if a more specific cause matches. */
  general?: true;
  /** Codes that this cause excludes, because providers use the same words for both. */
  instead?: string[];
  name: string;
  cause: string;
  fix: string;
  codes: FindingCode[];
};

const runErrors = table as RunError[]; // A unit test holds its codes to `findingCodes`.

/** Longer texts are cut: an error appears earlier than this. */
const maxLength = 100_000;
const gap = 160;

/**
 * Explains the text of a failed run, most specific cause first; empty if unknown. Takes linear
 * time, because the text is untrusted: it is searched only for fixed parts.
 */
export function diagnose(text: string, findings: readonly Finding[]): RunDiagnosis[] {
  const message = plain(errorMessage(text.slice(0, maxLength)));
  const lower = message.toLowerCase();
  const matches = runErrors.filter(({ texts }) => texts.some((part) => contains(lower, part)));
  const excluded = matches.flatMap(({ instead = [] }) => instead);
  const specific = matches.filter(({ general, code }) => !general && !excluded.includes(code));
  const explained = specific.length > 0 ? specific : matches.slice(0, 1);
  return explained.map(({ code, name, cause, fix, codes, ids = [] }) => {
    const modelId = findModelId(message, lower, ids);
    const matching = findings.filter(
      ({ code, subject }) => codes.includes(code) && !isOtherModel(subject, modelId),
    );
    const ofModel = matching.filter(({ subject }) => modelId && isModel(subject, modelId));
    const named = matching.filter(({ subject }) => names(text, subject));
    const explaining = [ofModel, named, matching].find((list) => list.length > 0) ?? [];
    return {
      code,
      name: modelId ? `${modelId}: ${name}` : name,
      cause,
      fix,
      model_id: modelId,
      findings: explaining,
    };
  });
}

/** Whether a cause of this code makes every run fail until someone repairs it. */
export const isLasting = (code: string): boolean =>
  runErrors.some((error) => error.code === code && error.lasts === true);

/**
 * Present findings that explain a failure of this code.
 * @param subjects what the failed run was about, each as `kind id`
 */
export function findingsOfFailure(
  code: string,
  findings: readonly Finding[],
  subjects: ReadonlySet<string>,
): Finding[] {
  const codes = runErrors.find((error) => error.code === code)?.codes ?? [];
  return findings.filter(
    ({ code, subject }) => codes.includes(code) && subjects.has(`${subject.kind} ${subject.id}`),
  );
}

/**
 * A failed caller reports its runtime's error type, which is the same for every failure. The actual
 * error is in `errorMessage`, in JSON that may be nested in other JSON as text.
 */
function errorMessage(text: string): string {
  const member = "errorMessage";
  const at = text.indexOf(member);
  return at < 0 ? text : text.slice(at + member.length);
}

/** Removes quotes, escapes and line ends, because every layer adds its own. */
function plain(text: string): string {
  return text
    .replace(/\\+/g, "\\")
    .replace(/\\u(201[89cd]|002[27])/gi, "")
    .replace(/\\[nrt]/g, " ")
    .replace(/[\\"'`‘’“”]/g, "")
    .replace(/\s+/g, " ");
}

function contains(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*").map((part) => part.trim() || part);
  const head = rest.length > 0 ? first : pattern;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
    if (follow(text, at + head.length, rest)) return true;
  }
  return false;
}

function follow(text: string, from: number, parts: string[]): boolean {
  let at = from;
  for (const part of parts) {
    const next = text.slice(at, at + gap).indexOf(part);
    if (next < 0) return false;
    at += next + part.length;
  }
  return true;
}

const idCharacter = /[\w./:@-]/;
const maxIdLength = 200;

function findModelId(message: string, lower: string, prefixes: string[]): string | null {
  for (const prefix of prefixes) {
    const start = lower.indexOf(prefix);
    if (start < 0) continue;
    const from = start + prefix.length;
    let end = from;
    while (
      end < message.length &&
      end - from < maxIdLength &&
      idCharacter.test(message[end] ?? "")
    ) {
      end += 1;
    }
    const id = message.slice(from, end).replace(/[.:]$/, "");
    // "the model is …" contains no ID.
    if (/\d|[-/.]/.test(id)) return id;
  }
  return null;
}

/** Findings of other models don't explain an error that contains a model's ID. */
function isOtherModel(subject: Finding["subject"], modelId: string | null): boolean {
  return modelId !== null && subject.kind === "model" && !isModel(subject, modelId);
}

function isModel({ kind, id }: Finding["subject"], modelId: string): boolean {
  return kind === "model" && id.slice(id.indexOf("#") + 1) === modelId;
}

/** Texts contain only an agent's name, and a model's ID. */
function names(text: string, { kind, id }: Finding["subject"]): boolean {
  const spoken = kind === "agent" ? id.slice(0, id.lastIndexOf("/")) : (id.split("#")[1] ?? id);
  if (spoken === "") return false;
  for (let at = text.indexOf(spoken); at >= 0; at = text.indexOf(spoken, at + spoken.length)) {
    const [before = "", after = "", next = ""] = [
      text[at - 1],
      text[at + spoken.length],
      text[at + spoken.length + 1],
    ];
    const isEnd = !/[\w-]/.test(after) && !(/[.:]/.test(after) && /\w/.test(next));
    if (!/[\w.-]/.test(before) && isEnd) return true;
  }
  return false;
}
