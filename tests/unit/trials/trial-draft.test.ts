import { expect, test } from "vitest";
import { emptyTrial, trialSchema } from "@/components/agents/trials/trial-draft";
import type { ModelRecord } from "@/lib/models/schema";

// The schema reads nothing else of a model.
const model = {
  pk: "openai#gpt-4o-mini",
  provider: "openai",
  model_id: "gpt-4o-mini",
} as ModelRecord;

const parse = (messages: string) =>
  trialSchema([model]).safeParse({
    ...emptyTrial,
    kind: "messages",
    cases: { ...emptyTrial.cases, messages },
    targets: [model.pk],
  });

const line = '{"messages": [{"role": "user", "content": "How many orders?"}]}';

test("pasted JSONL and messages between dashes are the same cases", () => {
  const expected = { messages: [[{ role: "user", content: "How many orders?" }]] };
  expect(parse(line).data?.cases).toEqual(expected);
  expect(parse("---\nHow many orders?\n---\n").data?.cases).toEqual(expected);
});

test("expectations in pasted JSONL are refused, because only a saved set keeps them", () => {
  const { error } = parse(`${line}\n${line.replace(/}$/, ', "expect": {"tool": "search"}}')}`);
  const message =
    "Only a saved set keeps “expect”. Import these lines with “Case sets…”, or leave it out";
  expect(error?.issues).toMatchObject([{ path: ["cases", "messages"], message }]);
});
