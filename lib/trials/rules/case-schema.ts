import * as z from "zod/mini";
import { Message } from "@/lib/completions/schema";
import { maxCases, maxRuns } from "./limits";

const count = z.int();

/** The error message for browsers, where schemas without one report only "Invalid input". */
const object = {
  error: ({ code }: { code: string }) =>
    code === "invalid_type" ? "Must be an object" : undefined,
};

/** What an answer must do. Only members that are present are checked. */
export const Expectation = z.strictObject(
  {
    /** The name of a tool that must be called. */
    tool: z.optional(
      z.string({ error: "Must be a tool's name" }).check(z.minLength(1, "Name the tool")),
    ),
    /** Text that the answer must contain, ignoring case. */
    contains: z.optional(
      z.string({ error: "Must be text" }).check(z.minLength(1, "Write what the answer contains")),
    ),
    /** JSON that the answer, or a tool's arguments, must contain. */
    json: z.optional(z.unknown()),
  },
  object,
);
export type Expectation = z.infer<typeof Expectation>;

/** One line of JSONL. The messages don't include the system prompt, which is the agent's own. */
export const TrialCase = z.strictObject(
  {
    messages: z
      .array(Message, { error: "Must be a list of messages" })
      .check(z.minLength(1, "At least one message")),
    expect: z.optional(Expectation),
  },
  object,
);
export type TrialCase = z.infer<typeof TrialCase>;

export const runOutcomes = ["succeeded", "failed", "both"] as const;

export const LastRuns = z.strictObject({
  /** The number of newest runs. */
  last_runs: z
    .int({ error: "Must be a whole number" })
    .check(z.gte(1, `1 to ${maxRuns}`), z.lte(maxRuns, `1 to ${maxRuns}`)),
  outcome: z._default(
    z.enum(runOutcomes, { error: `Must be one of ${runOutcomes.join(", ")}` }),
    "both",
  ),
});

const Conversations = z.strictObject({
  messages: z
    .array(TrialCase.shape.messages, { error: "Must be a list of conversations" })
    .check(
      z.minLength(1, "At least one conversation"),
      z.maxLength(maxCases, `At most ${maxCases}`),
    ),
});

const SavedSet = z.strictObject({
  set: z.string({ error: "Name the set" }).check(z.minLength(1, "Name the set")),
});

/** The unchanged cases of an earlier trial of the agent. */
const SameCases = z.strictObject({
  trial: z.string({ error: "Name the trial" }).check(z.minLength(1, "Name the trial")),
});

export const CaseSource = z.union([LastRuns, Conversations, SavedSet, SameCases], {
  error: "Send last_runs, messages, set or trial",
});
export type CaseSource = z.infer<typeof CaseSource>;

/** A case without its texts. */
export const CaseSummary = z.strictObject({
  index: count,
  /** `first_call` and `after_tool` come from a run. */
  kind: z.enum(["first_call", "after_tool", "messages", "set"]),
  run_id: z.nullable(z.string()),
  /** The tools that the recorded answer called; null if nothing was recorded. */
  recorded_tools: z.nullable(z.array(z.string())),
  has_expectation: z.boolean(),
  /** The start of the last message, for admins. */
  title: z.nullable(z.string()),
});
export type CaseSummary = z.infer<typeof CaseSummary>;

const setName = z
  .string({ error: "Name the set" })
  .check(z.trim(), z.minLength(1, "Name the set"), z.maxLength(100, "At most 100 characters"));

/** Either the cases or their JSONL. */
export const CaseSetDraft = z
  .strictObject({
    name: setName,
    cases: z.optional(
      z
        .array(TrialCase, { error: "Must be a list of cases" })
        .check(
          z.minLength(1, "At least one case"),
          z.maxLength(maxCases, `At most ${maxCases} cases`),
        ),
    ),
    jsonl: z.optional(z.string({ error: "Must be text" })),
  })
  .check(
    z.refine(({ cases, jsonl }) => (cases === undefined) !== (jsonl === undefined), {
      path: ["cases"],
      error: "Send either cases or jsonl",
    }),
  );
export type CaseSetDraft = z.infer<typeof CaseSetDraft>;

export const CaseSetSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** How many. */
  case_count: count,
  bytes: count,
  max_bytes: count,
  updated_at: z.string(),
  updated_by: z.string(),
  etag: z.string(),
});
export type CaseSetSummary = z.infer<typeof CaseSetSummary>;

export const CaseSet = z.strictObject({ ...CaseSetSummary.shape, cases: z.array(TrialCase) });
export type CaseSet = z.infer<typeof CaseSet>;

export const CaseSetList = z.strictObject({ case_sets: z.array(CaseSetSummary) });
export type CaseSetList = z.infer<typeof CaseSetList>;
