"use client";

import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { ApiError, apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";
import type { OperationItem, OperationRecord } from "@/lib/operations/schema";
import { operationQueries } from "./queries";

const everyMs = 1000;
const resuming = (id: string) => [...operationQueries.record(id).queryKey, "resume"];

/**
 * An operation, polled every second while it runs.
 * @param isStarting true while the request that creates it is in flight, when it may not exist yet
 */
export function useOperation(id: string, isStarting = false) {
  const isResumed = useIsMutating({ mutationKey: resuming(id) }) > 0;
  return useQuery({
    ...operationQueries.record(id),
    staleTime: 0,
    select: (operation) =>
      isResumed && operation.status === "stopped"
        ? { ...operation, status: "running" as const }
        : operation,
    retry: (failures, error) => !isMissing(error) && failures < 2,
    refetchInterval: ({ state }) => {
      if (isStarting || isResumed) return everyMs;
      return state.data?.status === "running" ? everyMs : false;
    },
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}

/** Stop, resume and undo. Refetches all lists, because an operation may change any row. */
export function useOperationActions(id: string) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries();
  const put = (operation: OperationRecord) =>
    client.setQueryData(operationQueries.record(id).queryKey, operation);
  const stop = useMutation({
    mutationFn: () => apiFetch("stopOperation", { params: { id } }),
    onSuccess: put,
    onSettled: refresh,
  });
  const resume = useMutation({
    mutationKey: resuming(id),
    mutationFn: () => apiFetch("resumeOperation", { params: { id } }),
    onSuccess: put,
    onSettled: refresh,
  });
  const undo = useMutation({
    mutationFn: () => apiFetch("undoOperation", { params: { id } }),
    onSuccess: showUndone,
    onSettled: refresh,
  });
  return { stop, resume, undo };
}

/** Shows what was undone, and the names of what wasn't. */
function showUndone(undone: OperationRecord): void {
  const notUndone = undone.items.filter((item) => item.outcome !== "done");
  const withMessage = undone.items.filter((item) => item.message !== null);
  if (notUndone.length === 0 && withMessage.length === 0) {
    showToast({
      tone: "good",
      title: "Undone",
      description: `${pluralize(undone.done, "row")} put back.`,
    });
    return;
  }
  showToast({
    tone: "warn",
    title:
      notUndone.length === 0 ? "Undone" : `Undone, except ${pluralize(notUndone.length, "row")}`,
    description:
      notUndone.length > 1
        ? describeNotUndone(notUndone)
        : withMessage.map(({ message }) => message).join(" "),
  });
}

function describeNotUndone(items: readonly OperationItem[]): string {
  const named = items.slice(0, 3).map(({ entity }) => entity.id);
  const more = items.length > named.length ? ` and ${items.length - named.length} more` : "";
  return `${named.join(", ")}${more} were left as they are. The operation says why of each.`;
}

/** Undo from a toast, which can't show a refusal on a button. */
export function useUndoOperation() {
  const client = useQueryClient();
  return async (id: string): Promise<void> => {
    try {
      showUndone(await apiFetch("undoOperation", { params: { id } }));
    } catch (error) {
      showToast({ tone: "bad", title: "Not undone", description: describeError(error).detail });
    }
    await client.invalidateQueries();
  };
}
