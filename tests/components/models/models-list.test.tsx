import { expect, test } from "vitest";
import { ModelActionsProvider } from "@/components/models/actions";
import { ModelsList } from "@/components/models/table/models-list";
import { expectAccessible, show } from "../render";
import { model } from "./model";

const view = {
  provider: null,
  q: "",
  filter: [],
  context: 0,
  unit: "1M",
  sort: null,
  model: null,
  show: "details",
  add: false,
} as const;

const nothing = () => undefined;

test("the checkbox of a row is named after its model", async () => {
  const screen = await show(
    <ModelActionsProvider value={{ open: nothing, confirm: nothing, activate: nothing }}>
      <ModelsList
        models={[model]}
        canWrite
        view={{ ...view, filter: [] }}
        setView={nothing}
        columnChoice={{ cookie: "columns", hidden: [] }}
        selected={new Set()}
        onSelect={nothing}
      />
    </ModelActionsProvider>,
  );
  const box = screen.getByRole("row", { name: /GPT-4o/ }).getByRole("checkbox");
  await expect.element(box).toHaveAccessibleName("Select GPT-4o");
  await expectAccessible();
});
