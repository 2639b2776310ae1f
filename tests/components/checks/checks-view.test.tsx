import { afterEach, expect, test, vi } from "vitest";
import { ChecksView } from "@/components/checks/checks-view";
import { noFindings } from "../agents/run";
import { show } from "../render";

afterEach(() => vi.unstubAllGlobals());

const arn = "arn:aws:states:eu-west-1:123456789012:execution:sql-agent-prod:r-1";

test("a link from a failed run opens the dialog with the run's ARN", async () => {
  vi.stubGlobal("fetch", async () => Response.json(noFindings));
  const screen = await show(
    <ChecksView canWrite={false} />,
    `?failed_run=${encodeURIComponent(arn)}`,
  );
  const dialog = screen.getByRole("dialog", { name: "Why did a run fail?" });
  await expect
    .element(dialog.getByLabelText("Error of the failed run, or its ARN"))
    .toHaveValue(arn);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect.element(dialog).not.toBeInTheDocument();
});
