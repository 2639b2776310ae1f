import { expect, test } from "vitest";
import { withDistinctLabels } from "@/components/ui/form/select";

const labels = (options: Parameters<typeof withDistinctLabels>[0]) =>
  withDistinctLabels(options).map(({ label }) => label);

test("options with different labels keep them", () => {
  const options = [
    { value: "openai#gpt-4o", label: "GPT-4o" },
    { value: "openai#gpt-4o-mini", label: "GPT-4o mini" },
  ];
  expect(withDistinctLabels(options)).toBe(options);
});

test("options that share a label show their IDs, in any group and case", () => {
  const options = [
    { value: "bedrock#nova", label: "Nova", group: "Amazon Bedrock" },
    { value: "amazon#nova", label: "nova ", group: "amazon" },
    { value: "stored", id: "bedrock#old-nova", label: "Nova", disabledReason: "inactive" },
    { value: "openai#gpt-4o", label: "GPT-4o" },
  ];
  expect(labels(options)).toEqual([
    "Nova (bedrock#nova)",
    "nova  (amazon#nova)",
    "Nova (bedrock#old-nova)",
    "GPT-4o",
  ]);
});
