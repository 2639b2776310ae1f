"use client";

import {
  type inferParserType,
  type Nullable,
  type ParserMap,
  throttle,
  useQueryStates,
} from "nuqs";
import { useCallback } from "react";

type Change<Parsers extends ParserMap> = Partial<Nullable<inferParserType<Parsers>>>;
type HistoryMethod = "push" | "replace";

/** Browsers refuse to write the address more often than about 100 times in 30 seconds. */
const writeDelayMs = 50;

/** Parameters that the address doesn't show yet, and the page they belong to. */
let pending: { path: string; params: Map<string, string | null> } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * State that lives in the address. nuqs holds the values and follows the router; the address is
 * written here, because nuqs always writes it with a delay and has no way to flush.
 */
export function useUrlState<Parsers extends ParserMap>(parsers: Parsers) {
  // nuqs documents an infinite throttle as "don't write the address".
  const [values, setValues] = useQueryStates(parsers, { limitUrlUpdates: throttle(Infinity) });
  const setState = useCallback(
    /** A value of `null` removes it from the address; a change of `null` removes them all. */
    (change: Change<Parsers> | null, { history = "replace" }: { history?: HistoryMethod } = {}) => {
      void setValues(change as Parameters<typeof setValues>[0]); // The same type, not yet resolved.
      scheduleWrite(toParams(parsers, change));
      if (history === "push") flush("push");
    },
    [parsers, setValues],
  );
  return [values, setState] as const;
}

/** What the address says for a change; `null` leaves a default value out. */
function toParams<Parsers extends ParserMap>(parsers: Parsers, change: Change<Parsers> | null) {
  return Object.entries(parsers).flatMap(([name, parser]): [string, string | null][] => {
    const value = change === null ? null : change[name];
    if (value === undefined) return [];
    const isDefault =
      value === null ||
      (parser.defaultValue !== undefined && parser.eq(value, parser.defaultValue));
    return [[name, isDefault ? null : String(parser.serialize(value))]];
  });
}

function scheduleWrite(params: Iterable<[string, string | null]>): void {
  const path = window.location.pathname;
  pending = {
    path,
    params: new Map([...(pending?.path === path ? pending.params : []), ...params]),
  };
  clearTimeout(timer);
  timer = setTimeout(flush, writeDelayMs);
  // Flush before clicks; a later replaceState cancels the navigation.
  document.addEventListener("click", flushBeforeClick, { capture: true, once: true });
  // Back and Forward show an address as it was.
  window.addEventListener("popstate", discard, { once: true });
}

function flushBeforeClick(): void {
  flush();
}

function discard(): void {
  clearTimeout(timer);
  pending = null;
}

function flush(history: HistoryMethod = "replace"): void {
  if (!pending) return;
  const { path, params } = pending;
  discard();
  const { pathname, search, hash } = window.location;
  if (pathname !== path) return; // The user has left the page.
  const query = new URLSearchParams(search);
  for (const [name, value] of params) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  // A pushState that isn't its own makes nuqs drop the new values until the router has caught up;
  // replacing a copy of the entry doesn't.
  if (history === "push")
    History.prototype.pushState.call(window.history, window.history.state, "");
  window.history.replaceState(null, "", `${path}${query.size > 0 ? `?${query}` : ""}${hash}`);
}
