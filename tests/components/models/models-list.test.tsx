import { expect, test } from "vitest";
import { ModelActionsProvider } from "@/components/models/actions";
import { ModelsList } from "@/components/models/table/models-list";
import type { ModelRecord } from "@/lib/models/schema";
import { expectAccessible, show } from "../render";

const model: ModelRecord = {
  pk: "openai#gpt-4o",
  provider: "openai",
  provider_id: "openai",
  model_id: "gpt-4o",
  display_name: "GPT-4o",
  input_price: 2.5,
  output_price: 10,
  cache_read_price: null,
  cache_write_price: null,
  input_price_source: null,
  output_price_source: null,
  cache_read_price_source: null,
  cache_write_price_source: null,
  price_unit: null,
  max_tokens: 128_000,
  max_output_tokens: null,
  supports_tools: true,
  supports_vision: true,
  is_active: true,
  is_default: false,
  lifecycle: null,
  retires_on: null,
  purpose: null,
  created_at: null,
  updated_at: null,
  etag: "1",
  used_by: [],
  last_test: null,
  runtime_evidence: [],
  runtime_callable: null,
  runtime_callable_because: null,
  capabilities_proved: null,
};

const view = {
  provider: null,
  q: "",
  filter: [],
  unit: "1M",
  sort: null,
  model: null,
  show: "details",
  add: false,
} as const;

const nothing = () => undefined;

test("the checkbox of a row is named after its model", async () => {
  const screen = await show(
    <ModelActionsProvider value={{ open: nothing, ask: nothing, activate: nothing }}>
      <ModelsList
        models={[model]}
        canWrite
        view={{ ...view, filter: [] }}
        setView={nothing}
        selected={new Set()}
        onSelect={nothing}
      />
    </ModelActionsProvider>,
  );
  const box = screen.getByRole("row", { name: /GPT-4o/ }).getByRole("checkbox");
  await expect.element(box).toHaveAccessibleName("Select GPT-4o");
  await expectAccessible();
});
