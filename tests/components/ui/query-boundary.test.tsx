import { expect, test, vi } from "vitest";
import { type BoundaryQuery, joinQueries, QueryBoundary } from "@/components/ui/query-boundary";
import { EmptyState } from "@/components/ui/text/empty-state";
import { show } from "../render";

const query = <Data,>(more: Partial<BoundaryQuery<Data>>): BoundaryQuery<Data> => ({
  data: undefined,
  error: null,
  isFetching: false,
  refetch: () => undefined,
  ...more,
});

const list = (part: BoundaryQuery<string[]>) => (
  <QueryBoundary
    query={part}
    skeleton={<p>Loading</p>}
    errorTitle="The shelves could not be read"
    empty={(names) => names.length === 0 && <EmptyState title="No shelf yet" />}
  >
    {(names) => <p>{names.join(", ")}</p>}
  </QueryBoundary>
);

test("a list shows a skeleton, an error with retry, an empty state or its rows", async () => {
  const refetch = vi.fn();
  const screen = await show(list(query({})));
  await expect.element(screen.getByText("Loading")).toBeVisible();

  await screen.rerender(list(query({ error: new Error("broken"), refetch })));
  await expect
    .element(screen.getByRole("alert"))
    .toHaveTextContent("The shelves could not be read");
  await screen.getByRole("button", { name: "Try again" }).click();
  expect(refetch).toHaveBeenCalledOnce();

  await screen.rerender(list(query({ data: [] })));
  await expect.element(screen.getByText("No shelf yet")).toBeVisible();

  await screen.rerender(list(query({ data: ["left", "right"], error: new Error("stale") })));
  await expect.element(screen.getByText("left, right")).toBeVisible();
});

test("joined queries succeed once all do, and fail as soon as one does", () => {
  const names = query({ data: ["left"] });
  const refetch = vi.fn();
  const broken = query<number>({ error: new Error("broken"), refetch });
  expect(joinQueries({ names, count: query<number>({}) })).toMatchObject({
    data: undefined,
    error: null,
  });
  const joined = joinQueries({ names, count: broken });
  expect(joined).toMatchObject({ data: undefined, error: { message: "broken" } });
  joined.refetch();
  expect(refetch).toHaveBeenCalledOnce();
  const stale = query({ data: 1, error: new Error("stale") });
  expect(joinQueries({ names, count: stale })).toMatchObject({
    data: { names: ["left"], count: 1 },
    error: null,
  });
});
