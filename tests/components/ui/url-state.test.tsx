import { SearchParamsContext } from "next/dist/shared/lib/hooks-client-context.shared-runtime";
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { useUrlState } from "@/components/ui/url-state";
import { show } from "../render";

const parsers = {
  q: parseAsString.withDefault(""),
  filter: parseAsArrayOf(parseAsStringLiteral(["tools", "vision"])).withDefault([]),
  model: parseAsString,
  add: parseAsBoolean.withDefault(false),
  sort: parseAsSort(["model", "price"]).withDefault({ id: "model", desc: false }),
};

type State = ReturnType<typeof useUrlState<typeof parsers>>;

function Probe({ onSetter }: { onSetter: (setState: State[1]) => void }) {
  const [values, setState] = useUrlState(parsers);
  onSetter(setState);
  return <output>{JSON.stringify(values)}</output>;
}

type Handles = { setState?: State[1]; setRouted?: (params: URLSearchParams) => void };

/** A router with its own URL. */
function Router({ search, handles }: { search: string; handles: Handles }) {
  const [routed, setRouted] = useState(() => new URLSearchParams(search));
  return (
    <SearchParamsContext value={routed}>
      <Probe
        onSetter={(setState) => {
          Object.assign(handles, { setState, setRouted });
        }}
      />
    </SearchParamsContext>
  );
}

/** Renders the values; returns functions that change them and the router's URL. */
async function showState(search = "") {
  const latest: Handles = {};
  const screen = await show(<Router search={search} handles={latest} />);
  return {
    set: (...args: Parameters<State[1]>) => latest.setState?.(...args),
    route: (next: string) => latest.setRouted?.(new URLSearchParams(next)),
    values: async () => JSON.parse((await screen.getByRole("status").element()).textContent ?? ""),
  };
}

const { href } = window.location;

/** The URL's query without the parameters of the test runner. */
function search(): string {
  return window.location.search.replace(new URL(href).search, "").replace(/^[?&]/, "");
}

beforeEach(() => window.history.replaceState(null, "", href));
afterEach(() => {
  vi.useRealTimers();
  window.history.replaceState(null, "", href);
});

test("values come from the URL, and missing ones are defaults", async () => {
  const { values } = await showState("q=gpt&filter=tools%2Cvision&sort=-price");
  expect(await values()).toEqual({
    q: "gpt",
    filter: ["tools", "vision"],
    model: null,
    add: false,
    sort: { id: "price", desc: true },
  });
});

test("invalid values in the URL count as absent", async () => {
  const { values } = await showState("filter=tools%2Cnothing&sort=-unknown&add=maybe");
  expect(await values()).toMatchObject({
    filter: ["tools"],
    sort: { id: "model", desc: false },
    add: false,
  });
});

test("a change shows at once and reaches the URL a little later", async () => {
  const { set, values } = await showState();
  set({ q: "gpt 4o", model: "bedrock#eu.amazon.nova-pro-v1:0" });
  expect(search()).toBe("");
  await expect.poll(values).toMatchObject({ q: "gpt 4o" });
  await expect.poll(search).toBe("q=gpt+4o&model=bedrock%23eu.amazon.nova-pro-v1%3A0");
});

test("lists are joined by an encoded comma, and defaults are left out", async () => {
  const { set } = await showState();
  set({ filter: ["tools", "vision"], add: false, sort: { id: "model", desc: false } });
  await expect.poll(search).toBe("filter=tools%2Cvision");
  set({ filter: [] });
  await expect.poll(search).toBe("");
});

test("null removes one value, or all of them", async () => {
  const { set } = await showState();
  set({ q: "a", add: true, sort: { id: "price", desc: true } });
  await expect.poll(search).toBe("q=a&add=true&sort=-price");
  set({ q: null });
  await expect.poll(search).toBe("add=true&sort=-price");
  set(null);
  await expect.poll(search).toBe("");
});

test("a pending change is written before a click does anything", async () => {
  const { set } = await showState();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const seen = vi.fn();
  document.body.addEventListener("click", () => seen(search()), { once: true });
  const replaceState = vi.spyOn(window.history, "replaceState");
  set({ q: "typed" });
  document.body.click();
  expect(seen).toHaveBeenCalledWith("q=typed");
  vi.advanceTimersByTime(1_000);
  // A second write would cancel the navigation that the click started.
  expect(replaceState).toHaveBeenCalledOnce();
  replaceState.mockRestore();
});

test("a pushed change adds one history entry and includes pending changes", async () => {
  const { set, values } = await showState();
  const before = window.history.length;
  set({ q: "typed" });
  set({ model: "openai#gpt-4o" }, { history: "push" });
  expect(search()).toBe("q=typed&model=openai%23gpt-4o");
  expect(window.history.length).toBe(before + 1);
  await expect.poll(values).toMatchObject({ q: "typed", model: "openai#gpt-4o" });
  const returned = new Promise((resolve) =>
    window.addEventListener("popstate", resolve, { once: true }),
  );
  window.history.back();
  await returned;
  expect(search()).toBe("");
});

test("Back drops an unwritten change", async () => {
  const { set } = await showState();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  set({ q: "typed" });
  window.dispatchEvent(new PopStateEvent("popstate"));
  vi.advanceTimersByTime(1_000);
  expect(search()).toBe("");
});

test("a change isn't written to another page", async () => {
  const { set } = await showState();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  set({ q: "typed" });
  window.history.replaceState(null, "", "/elsewhere");
  vi.advanceTimersByTime(1_000);
  expect(window.location.href).toBe(new URL("/elsewhere", href).href);
});

test("a change stays on screen while the router shows an older URL", async () => {
  const { set, route, values } = await showState();
  set({ q: "a" });
  set({ q: "ab" });
  await expect.poll(search).toBe("q=ab");
  route("q=a");
  await expect.poll(values).toMatchObject({ q: "ab" });
  route("q=ab");
  await expect.poll(values).toMatchObject({ q: "ab" });
});

test("a change stays on screen when the router writes an older one back to the URL", async () => {
  const { set, route, values } = await showState();
  set({ q: "S" });
  await expect.poll(search).toBe("q=S");
  set({ q: "Sa" });
  await expect.poll(search).toBe("q=Sa");
  window.history.replaceState(null, "", `${href}&q=S`);
  for (const model of ["first", "second"]) {
    route(`q=S&model=${model}`);
    await expect.poll(values).toMatchObject({ model });
  }
  expect(await values()).toMatchObject({ q: "Sa" });
  window.history.replaceState(null, "", `${href}&q=Sa`);
  route("q=Sa&model=third");
  await expect.poll(values).toMatchObject({ q: "Sa", model: "third" });
  window.history.replaceState(null, "", `${href}&q=S`);
  route("q=S");
  await expect.poll(values).toMatchObject({ q: "S" });
});

test("a newer URL from elsewhere replaces a change", async () => {
  const { set, route, values } = await showState();
  set({ q: "typed" });
  await expect.poll(search).toBe("q=typed");
  window.history.replaceState(null, "", `${href}&q=linked`);
  route("q=linked");
  await expect.poll(values).toMatchObject({ q: "linked" });
});
