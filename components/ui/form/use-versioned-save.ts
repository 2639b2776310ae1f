"use client";

import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { SaveConflict, saveVersioned, type Versioned, type VersionedWrite } from "./versioned-save";

export type Edit<Item, Changes> = { base: Item; changes: Changes };

export type VersionedSaveOptions<Item extends Versioned, Changes extends object> = Pick<
  VersionedWrite<Item, Changes>,
  "write" | "groups"
> & {
  /** Shows the changes optimistically; the returned function reverts that. */
  optimistic?: (edit: Edit<Item, Changes>) => Promise<() => void>;
  /** Shows the server's record: mine once it is saved, theirs after a conflict. */
  show?: (record: Item) => void;
  onSaved?: (saved: Item, edit: Edit<Item, Changes>) => void;
  onError?: (error: Error, edit: Edit<Item, Changes>) => void;
  /** Refetched after every save, successful or not. */
  stale: readonly QueryKey[];
};

/**
 * Saves changes of versioned records. A stale write is retried automatically if both sides changed
 * different fields or chose the same values; otherwise `conflict` holds both.
 */
export function useVersionedSave<Item extends Versioned, Changes extends object>(
  options: VersionedSaveOptions<Item, Changes>,
) {
  const { write, groups, optimistic, show, onSaved, onError, stale } = options;
  const client = useQueryClient();
  const [conflict, setConflict] = useState<SaveConflict<Item, Changes> | null>(null);
  const mutation = useMutation({
    mutationFn: (edit: Edit<Item, Changes>) => saveVersioned({ ...edit, write, groups }),
    onMutate: (edit) => optimistic?.(edit),
    onSuccess: (saved, edit) => {
      setConflict(null);
      show?.(saved);
      onSaved?.(saved, edit);
    },
    onError: (error, edit, rollback) => {
      rollback?.();
      const saveConflict = isConflictOf(error, edit) ? error : null;
      if (saveConflict) show?.(saveConflict.current);
      setConflict(saveConflict);
      onError?.(error, edit);
    },
    onSettled: () => {
      // Not awaited, because the answer is already on screen.
      for (const queryKey of stale) void client.invalidateQueries({ queryKey });
    },
  });
  return { ...mutation, conflict, dismissConflict: () => setConflict(null) };
}

/** The conflict of a save carries the types of that save. */
function isConflictOf<Item extends Versioned, Changes extends object>(
  error: unknown,
  _edit: Edit<Item, Changes>,
): error is SaveConflict<Item, Changes> {
  return error instanceof SaveConflict;
}
