"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/form/button";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { apiFetch } from "@/lib/api/client";
import type { DismissedFinding } from "@/lib/checks/schema";
import { checkQueries } from "./queries";

type Props = { dismissed: readonly DismissedFinding[]; canWrite: boolean };

/** Dismissed findings, with the person, the reason and the end. */
export function DismissedList({ dismissed, canWrite }: Props) {
  if (dismissed.length === 0) return null;
  return (
    <details className="mt-4 rounded-lg border border-line bg-panel">
      <summary className="cursor-pointer px-4 py-2.5 text-ink-2">
        Dismissed ({dismissed.length})
      </summary>
      <ul>
        {dismissed.map((finding) => (
          <Dismissed
            key={`${finding.code} ${finding.subject.kind} ${finding.subject.id}`}
            finding={finding}
            canWrite={canWrite}
          />
        ))}
      </ul>
    </details>
  );
}

function Dismissed({ finding, canWrite }: { finding: DismissedFinding; canWrite: boolean }) {
  const client = useQueryClient();
  const { code, subject, title, dismissal } = finding;
  const restore = useMutation({
    mutationFn: () => apiFetch("restoreFinding", { body: { code, subject } }),
    onSuccess: () => client.invalidateQueries({ queryKey: checkQueries.all }),
    onError: (error) =>
      showToast({
        tone: "bad",
        title: "The finding was not put back",
        description: describeError(error).detail,
      }),
  });
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3">
      <div className="min-w-0 flex-1 basis-96 wrap-anywhere max-sm:basis-full">
        <p>{title}</p>
        <p className="text-sm text-ink-3">
          {dismissal.by}, <RelativeTime at={dismissal.at} />
          {dismissal.until && <>, until {dismissal.until}</>}: {dismissal.reason}
        </p>
      </div>
      {canWrite && (
        <Button size="sm" busy={restore.isPending} onClick={() => restore.mutate()}>
          Put back
        </Button>
      )}
    </li>
  );
}
