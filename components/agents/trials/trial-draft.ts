import * as z from "zod/mini";
import type { ModelRecord } from "@/lib/models/schema";
import type { CaseSource } from "@/lib/trials/rules/case-schema";
import { JsonlError, parseJsonl } from "@/lib/trials/rules/jsonl";
import { TrialRequest } from "@/lib/trials/schema";

export type CaseKind = "same" | "runs" | "messages" | "set";

/** The values of the fields for a new trial. Members have the request's names, for its field errors. */
export type TrialValues = {
  kind: CaseKind;
  cases: {
    last_runs: string;
    outcome: "succeeded" | "failed" | "both";
    messages: string;
    set: string;
    /** The earlier trial whose cases are reused. */
    trial: string;
  };
  /** The pks of the models to try; "" if none is chosen yet. */
  targets: string[];
  /** The pk of the judge; "" without one. */
  judge: string;
};

export const emptyTrial: TrialValues = {
  kind: "runs",
  cases: { last_runs: "10", outcome: "both", messages: "", set: "", trial: "" },
  targets: [""],
  judge: "",
};

/** Validates the fields with the API's schema. */
export const trialSchema = (models: readonly ModelRecord[]) =>
  z.pipe(
    z.transform((values: TrialValues, { issues }): z.input<typeof TrialRequest> => {
      const keyOf = (pk: string) =>
        models
          .filter((model) => model.pk === pk)
          .map(({ provider, model_id }) => ({ provider, model_id }));
      const [judge] = keyOf(values.judge);
      let cases: z.input<typeof CaseSource> = { messages: [] };
      try {
        cases = toSource(values);
      } catch (error) {
        if (!(error instanceof JsonlError)) throw error;
        const path = ["cases", "messages"];
        issues.push({ code: "custom", input: values, path, message: error.message });
      }
      return { targets: values.targets.flatMap(keyOf), cases, ...(judge && { judge }) };
    }),
    TrialRequest,
  );

function toSource({ kind, cases }: TrialValues): z.input<typeof CaseSource> {
  switch (kind) {
    case "same":
      return { trial: cases.trial };
    case "runs": {
      const last = Number(cases.last_runs.trim());
      // A value that isn't a number is rejected as out of range.
      return { last_runs: Number.isInteger(last) ? last : 0, outcome: cases.outcome };
    }
    case "messages":
      return { messages: toConversations(cases.messages) };
    case "set":
      return { set: cases.set };
  }
}

const isSeparator = (line: string) => /^-{3,}$/.test(line.trim());

const onlySetsExpect =
  "Only a saved set keeps “expect”. Import these lines with “Case sets…”, or leave it out";

/** JSONL, or user messages between lines of dashes. @throws JsonlError */
function toConversations(text: string) {
  if (text.trimStart().startsWith('{"')) {
    const cases = parseJsonl(text);
    if (cases.some(({ expect }) => expect)) throw new JsonlError([onlySetsExpect]);
    return cases.map(({ messages }) => messages);
  }
  const messages = text.split("\n").reduce<string[][]>(
    (parts, line) => {
      if (isSeparator(line)) parts.push([]);
      else parts.at(-1)?.push(line);
      return parts;
    },
    [[]],
  );
  return messages
    .map((lines) => lines.join("\n").trim())
    .filter((message) => message !== "")
    .map((content) => [{ role: "user" as const, content }]);
}
