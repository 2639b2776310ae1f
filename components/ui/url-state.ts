"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";

/** How one value of a page stands in its address. */
export type UrlParser<Value, Held = Value | null> = {
  /** Null for what is not there or makes no sense. */
  read: (text: string | null) => Held;
  /** Null leaves it out of the address. */
  write: (value: Value) => string | null;
};

type Codec<Value> = { parse: (text: string) => Value | null; serialize: (value: Value) => string };
type Optional<Value> = UrlParser<Value> & {
  /** What is held when the address says nothing; the address then stays without it. */
  withDefault: (value: Value) => UrlParser<Value, Value>;
};

export function createParser<Value>({ parse, serialize }: Codec<Value>): Optional<Value> {
  const read = (text: string | null) => (text === null ? null : parse(text));
  return {
    read,
    write: serialize,
    withDefault: (usual) => ({
      read: (text) => read(text) ?? usual,
      write: (value) => (serialize(value) === serialize(usual) ? null : serialize(value)),
    }),
  };
}

export const parseAsString = createParser<string>({
  parse: (text) => text,
  serialize: (value) => value,
});

export const parseAsBoolean = createParser<boolean>({
  parse: (text) => (text === "true" ? true : text === "false" ? false : null),
  serialize: String,
});

export function parseAsStringLiteral<Value extends string>(known: readonly Value[]) {
  return createParser<Value>({
    parse: (text) => known.find((value) => value === text) ?? null,
    serialize: (value) => value,
  });
}

/** Items with commas between them; what makes no sense is left out. */
export function parseAsArrayOf<Value>(item: UrlParser<Value>) {
  return createParser<Value[]>({
    parse: (text) =>
      text.split(",").flatMap((part) => {
        const value = item.read(part.replaceAll("%2C", ","));
        return value === null ? [] : [value];
      }),
    serialize: (values) =>
      values.map((value) => item.write(value)?.replaceAll(",", "%2C")).join(","),
  });
}

/** Changes that the address does not show yet: typing must not wait for the router. */
const ahead = new Map<string, string | null>();
const listeners = new Set<() => void>();
let revision = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The path of the page whose change waits to be written. */
let waiting: string | null = null;
/** Browsers refuse to write the address more often than about 100 times in 30 seconds. */
const writeEveryMs = 50;

function changed(): void {
  revision += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Writes what waits, at the latest before a click does anything: written after it, the router would
 * take the page that a link leads to for given up.
 */
function writeWaiting(): void {
  if (waiting !== null) writeAddress(waiting, false);
}

function stopWaiting(): void {
  clearTimeout(timer);
  waiting = null;
}

function writeAddress(path: string, push: boolean): void {
  stopWaiting();
  // Who has left the page meanwhile takes nothing of it along.
  if (window.location.pathname !== path) {
    ahead.clear();
    changed();
    return;
  }
  const params = new URLSearchParams(window.location.search);
  for (const [name, text] of ahead) {
    if (text === null) params.delete(name);
    else params.set(name, text);
  }
  const search = params.size > 0 ? `?${params}` : "";
  const address = `${path}${search}${window.location.hash}`;
  if (push) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}

type Parsers = Record<string, UrlParser<never, unknown>>;
type HeldBy<Parser> = Parser extends UrlParser<never, infer Held> ? Held : never;
export type UrlValues<Of extends Parsers> = { [Name in keyof Of]: HeldBy<Of[Name]> };
type Change<Of extends Parsers> = { [Name in keyof Of]?: HeldBy<Of[Name]> | null };
export type SetUrlState<Of extends Parsers> = (
  /** Null takes one value, or all, out of the address. */
  change: Change<Of> | null,
  /** `push` makes it a step that Back returns from. */
  options?: { history?: "push" | "replace" },
) => void;

/** The values that the address holds for these names, and how to change them, without the server. */
export function useQueryStates<Of extends Parsers>(parsers: Of): [UrlValues<Of>, SetUrlState<Of>] {
  const params = useSearchParams();
  useSyncExternalStore(
    subscribe,
    () => revision,
    () => 0,
  );
  // The router is the external system: once it shows an address, nothing is ahead of it.
  useEffect(() => {
    for (const [name, text] of ahead) if (params.get(name) === text) ahead.delete(name);
  }, [params]);
  useForgetOnReturn();

  const texts = Object.keys(parsers).map((name) => ahead.get(name) ?? afterAll(name, params));
  const held = JSON.stringify(texts);
  const values = useMemo(() => {
    // The texts of the line above, in the order of the parsers.
    const given = JSON.parse(held) as (string | null)[];
    const entries = Object.entries(parsers).map(([name, { read }], index) => [
      name,
      read(given[index] ?? null),
    ]);
    return Object.fromEntries(entries) as UrlValues<Of>; // What each parser reads, by its name.
  }, [parsers, held]);

  const set = useCallback<SetUrlState<Of>>(
    (change, { history = "replace" } = {}) => {
      const wanted = change ?? Object.fromEntries(Object.keys(parsers).map((name) => [name, null]));
      for (const [name, value] of Object.entries(wanted)) {
        if (value === undefined) continue;
        // `Change` gives each name what its parser takes.
        ahead.set(name, value === null ? null : (parsers[name]?.write(value as never) ?? null));
      }
      changed();
      const path = window.location.pathname;
      stopWaiting();
      if (history === "push") return writeAddress(path, true);
      waiting = path;
      timer = setTimeout(writeWaiting, writeEveryMs);
      document.addEventListener("click", writeWaiting, { capture: true, once: true });
    },
    [parsers],
  );
  return [values, set];
}

/** What the address says, unless a change that takes it away is ahead of it. */
function afterAll(name: string, params: { get: (name: string) => string | null }) {
  return ahead.has(name) ? null : params.get(name);
}

/** Back and Forward go to an address as it was: what was ahead of another one is over. */
function useForgetOnReturn(): void {
  // The browser's history is the external system.
  useEffect(() => {
    const forget = () => {
      stopWaiting();
      ahead.clear();
      changed();
    };
    window.addEventListener("popstate", forget);
    return () => window.removeEventListener("popstate", forget);
  }, []);
}

/** One value of the address. */
export function useQueryState<Value, Held>(name: string, parser: UrlParser<Value, Held>) {
  const parsers = useMemo(() => ({ [name]: parser }), [name, parser]);
  const [values, set] = useQueryStates(parsers as Record<string, UrlParser<never, Held>>);
  const setOne = useCallback(
    (value: Value | null) => set({ [name]: value } as Record<string, never>),
    [name, set],
  );
  return [values[name] as Held, setOne] as const; // The one name that was asked for.
}
