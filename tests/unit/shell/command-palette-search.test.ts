import { expect, test } from "vitest";
import { type Findable, indexed, search } from "@/components/shell/palette/palette-search";
import { processorMs } from "../../support/elapsed";

function model(title: string, name: string, more = ""): Findable {
  return { id: `model:${name}`, group: "Models", title, name, more };
}

const index = indexed([
  model("GPT-4o", "gpt-4o", "openai#gpt-4o OpenAI"),
  model("GPT-4o Mini", "gpt-4o-mini", "openai#gpt-4o-mini OpenAI"),
  model("Amazon Nova Pro", "eu.amazon.nova-pro-v1:0", "bedrock Amazon Bedrock"),
  model("Claude 3.5 Haiku", "claude-3-5-haiku-20241022", "Anthropic small and fast"),
]);
const names = (query: string) => search(index, query, 10).items.map(({ name }) => name);

test.each([
  ["a name", "claude", ["claude-3-5-haiku-20241022"]],
  ["a whole id before a longer one", "gpt-4o", ["gpt-4o", "gpt-4o-mini"]],
  ["a part of an id", "nova-pro-v1:0", ["eu.amazon.nova-pro-v1:0"]],
  ["several words in any order", "mini 4o", ["gpt-4o-mini"]],
  ["what is said of it besides", "bedrock", ["eu.amazon.nova-pro-v1:0"]],
  ["letters in their order", "gp4omi", ["gpt-4o-mini"]],
  ["every word, not one of them", "claude mini", []],
  ["nothing by two scattered letters", "gm", []],
  ["nothing by white space", "  ", []],
])("finds %s", (_, query, results) => {
  expect(names(query)).toEqual(results);
});

test("among 5,000 models it answers the best ones and counts the rest", () => {
  const many = indexed(
    Array.from({ length: 5000 }, (_, at) => model(`Model ${at}`, `vendor.model-${at}`, "bedrock")),
  );
  const { items, total } = search(many, "model", 40);
  expect([items.length, total]).toEqual([40, 5000]);
  expect(search(many, "model-4999", 40).items[0]?.name).toBe("vendor.model-4999");
  const searchAll = () => {
    for (const query of ["m", "mo", "mod", "mdl 49", "nothing like it"]) search(many, query, 40);
  };
  // Five searches within the time that a person notices.
  expect(processorMs(searchAll)).toBeLessThan(1000);
});
