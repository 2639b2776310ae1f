import table from "@/lib/checks/run-errors.json";
import type { RunDiagnosis } from "@/lib/checks/schema";
import type { Finding, FindingCode } from "@/lib/findings/schema";

type RunError = { pattern: string; name: string; cause: string; codes: FindingCode[] };

const runErrors = table as RunError[]; // A unit test holds its codes to `findingCodes`.

/** Explains the text of a failed run by the findings; empty if unknown. */
export function diagnose(text: string, findings: readonly Finding[]): RunDiagnosis[] {
  return runErrors
    .filter(({ pattern }) => new RegExp(pattern, "i").test(text))
    .map(({ name, cause, codes }) => {
      const fitting = findings.filter(({ code }) => codes.includes(code));
      const named = fitting.filter(({ subject }) => names(text, subject));
      return { name, cause, findings: named.length > 0 ? named : fitting };
    });
}

/** Texts name an agent by its name alone, a model by its ID. */
function names(text: string, { kind, id }: Finding["subject"]): boolean {
  const spoken = kind === "agent" ? id.slice(0, id.lastIndexOf("/")) : (id.split("#")[1] ?? id);
  return spoken !== "" && text.includes(spoken);
}
