import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ActivityEntity, ActivityFilter } from "@/lib/activity/schema";
import { apiFetch } from "@/lib/api/client";

export type ActivityListFilter = Omit<ActivityFilter, "cursor">;

/** An entity as URLs name it: `model:openai#gpt-4o`. */
export function entityName({ kind, id }: ActivityEntity): string {
  return `${kind}:${id}`;
}

export const activityQueries = {
  all: ["activity"] as const,
  /** Matching events of all entities, newest first, page by page. */
  list: (filter: ActivityListFilter) =>
    infiniteQueryOptions({
      queryKey: [...activityQueries.all, "list", filter],
      initialPageParam: null as string | null, // Without this the type would be null alone.
      queryFn: ({ signal, pageParam }) =>
        apiFetch("listActivity", { query: { ...filter, cursor: pageParam }, signal }),
      getNextPageParam: (page) => page.cursor,
      placeholderData: keepPreviousData,
    }),
  /**
   * Events of one entity.
   * @param revision a value that changes with every version of the entity, such as its etag
   */
  of: (entity: ActivityEntity, revision: string | null) =>
    infiniteQueryOptions({
      queryKey: [...activityQueries.all, "of", entity, revision],
      initialPageParam: null as string | null, // As above.
      queryFn: ({ signal, pageParam }) => {
        const query = { entity: entityName(entity), cursor: pageParam };
        return apiFetch("listActivity", { query, signal });
      },
      getNextPageParam: (page) => page.cursor,
      placeholderData: (former, query) =>
        query && sameEntity(query.queryKey[2], entity) ? former : undefined,
    }),
  /** One event of an entity; null if it doesn't exist. */
  event: (entity: ActivityEntity, event_id: string) =>
    queryOptions({
      queryKey: [...activityQueries.all, "event", entity, event_id],
      queryFn: async ({ signal }) => {
        const query = { entity: entityName(entity), event_id };
        const page = await apiFetch("listActivity", { query, signal });
        return page.events[0] ?? null;
      },
    }),
};

function sameEntity(a: unknown, b: ActivityEntity): boolean {
  return (
    typeof a === "object" &&
    a !== null &&
    "id" in a &&
    "kind" in a &&
    a.id === b.id &&
    a.kind === b.kind
  );
}
