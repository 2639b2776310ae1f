"use client";

import { Button } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import type { PermissionReport } from "@/lib/checks/schema";
import { pluralize } from "@/lib/format";

type Props = {
  report: PermissionReport | undefined;
  error: Error | null;
  isPending: boolean;
  /** Tests these actions again; all actions if undefined. */
  onRetry: (actions: string[] | undefined) => void;
  onClose: () => void;
};

/** The result of a permission check, with anything it left behind. */
export function PermissionDialog({ report, error, isPending, onRetry, onClose }: Props) {
  const again = report && report.undetermined.length > 0 ? report.undetermined : undefined;
  return (
    <Dialog
      title="Check permissions"
      description="Each action that the console needs in AWS is tried once. Nothing is changed."
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button busy={isPending} onClick={() => onRetry(again)}>
            {again ? `Try ${pluralize(again.length, "action")} again` : "Check again"}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-3 pb-1">
        {isPending && (
          <Loading label="Checking the permissions">
            <Skeleton className="h-16 w-full" />
          </Loading>
        )}
        {!isPending && error && (
          <Note tone="bad" title="Couldn't check the permissions.">
            {describeError(error).detail}
          </Note>
        )}
        {!isPending && !error && report && <Result report={report} />}
      </div>
    </Dialog>
  );
}

function Result({
  report: { allowed, missing, undetermined, left_behind },
}: {
  report: PermissionReport;
}) {
  return (
    <>
      {missing.length === 0 && undetermined.length === 0 && (
        <Note tone="good" title="No permission is missing.">
          {`${pluralize(allowed.length, "action is", "actions are")} allowed.`}
        </Note>
      )}
      {missing.map(({ action, resource, needed_for }) => (
        <Note key={`${action} ${resource}`} tone="bad" title={`${action} is missing.`}>
          It is needed for {needed_for}. Add this statement to the role, then check again.
          <Command text={JSON.stringify({ Effect: "Allow", Action: action, Resource: resource })} />
        </Note>
      ))}
      {undetermined.length > 0 && (
        <Note tone="warn" title="AWS gave no answer for some actions.">
          {undetermined.join(", ")}. Try them again.
        </Note>
      )}
      {left_behind.map(({ what, certain, command }) => (
        <Note
          key={what}
          tone="warn"
          title={certain ? "Leftovers in AWS." : "Possible leftovers in AWS."}
        >
          {what}.{command && <Command text={command} />}
        </Note>
      ))}
    </>
  );
}
