import { expect, test } from "vitest";
import { PermissionDialog } from "@/components/checks/permission-dialog";
import type { PermissionReport } from "@/lib/checks/schema";
import { expectAccessible, show } from "../render";

const report: PermissionReport = {
  as_of: "2026-11-28T10:00:00.000Z",
  allowed: ["dynamodb:PutItem", "cloudwatch:PutMetricData"],
  missing: [],
  undetermined: [],
  left_behind: [],
};

async function showReport(changes: Partial<PermissionReport> | null, error: Error | null = null) {
  const retried: (string[] | undefined)[] = [];
  const screen = await show(
    <PermissionDialog
      report={changes ? { ...report, ...changes } : undefined}
      error={error}
      isPending={false}
      onRetry={(actions) => retried.push(actions)}
      onClose={() => undefined}
    />,
  );
  return { screen, dialog: screen.getByRole("dialog", { name: "Check permissions" }), retried };
}

test("a role with every permission is reported as such", async () => {
  const { dialog } = await showReport({});
  await expect.element(dialog).toHaveTextContent("No permission is missing.");
  await expect.element(dialog).toHaveTextContent("2 actions are allowed.");
  await expectAccessible();
});

test("a missing permission comes with its statement", async () => {
  const resource = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*";
  const missing = [
    { action: "cloudwatch:PutMetricAlarm", resource, needed_for: "alarms of budgets" },
  ];
  const { dialog } = await showReport({ missing });
  await expect.element(dialog).toHaveTextContent("cloudwatch:PutMetricAlarm is missing.");
  await expect
    .element(dialog)
    .toHaveTextContent(
      `{"Effect":"Allow","Action":"cloudwatch:PutMetricAlarm","Resource":"${resource}"}`,
    );
  await expect.element(dialog).not.toHaveTextContent("No permission is missing.");
  await expectAccessible();
});

test("only the actions without an answer are tried again", async () => {
  const undetermined = ["secretsmanager:PutSecretValue", "dynamodb:DeleteItem"];
  const { dialog, retried } = await showReport({ undetermined });
  await expect.element(dialog).not.toHaveTextContent("No permission is missing.");
  await dialog.getByRole("button", { name: "Try 2 actions again" }).click();
  expect(retried).toEqual([undetermined]);
});

test("leftovers are named with the command that removes them", async () => {
  const left_behind = [
    { what: "The alarm switchboard-probe", certain: true, command: "aws cloudwatch delete-alarms" },
    { what: "A version of the secret", certain: false, command: null },
  ];
  const { dialog } = await showReport({ left_behind });
  await expect.element(dialog).toHaveTextContent("Leftovers in AWS.");
  await expect.element(dialog).toHaveTextContent("aws cloudwatch delete-alarms");
  await expect.element(dialog).toHaveTextContent("Possible leftovers in AWS.");
  await expectAccessible();
});

test("a check that failed says why and can be repeated", async () => {
  const { dialog, retried } = await showReport(null, new Error("offline"));
  await expect.element(dialog).toHaveTextContent("Couldn't check the permissions.");
  await dialog.getByRole("button", { name: "Check again" }).click();
  expect(retried).toEqual([undefined]);
});
