"use client";

import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useUrlState } from "@/components/ui/url-state";
import { activityActions, entityKinds } from "@/lib/activity/rules/actions";
import type { ActivityListFilter } from "./queries";

const parsers = {
  actor: parseAsString,
  entity: parseAsString,
  kind: parseAsStringLiteral(entityKinds),
  action: parseAsStringLiteral(activityActions),
  day: parseAsString,
  /** The ID of the operation that is open above the list. */
  operation: parseAsString,
};

/** The Activity page's state in the URL. */
export function useActivityState() {
  return useUrlState(parsers);
}

export type ActivityState = ReturnType<typeof useActivityState>[0];
export type SetActivityState = ReturnType<typeof useActivityState>[1];

/** The filters in the URL. Unset ones are left out. */
export function toActivityFilter({
  actor,
  entity,
  kind,
  action,
  day,
}: ActivityState): ActivityListFilter {
  return {
    ...(actor && { actor }),
    ...(entity && { entity }),
    ...(kind && { kind }),
    ...(action && { action }),
    ...(day && { day }),
  };
}
